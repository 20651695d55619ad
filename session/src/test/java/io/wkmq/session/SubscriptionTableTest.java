package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.FilterHash;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTableTest {
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE);

    private final TestNode node = TestNode.inMemory();
    private final Session session = node.client("c").connect().session();

    private Subscription subscription(SubscriptionFilter filter) {
        return filter.shared()
                ? new SharedSubscription(
                        session,
                        filter,
                        OPTIONS,
                        node.routes,
                        session.shard().config().shareStrategy())
                : new PlainSubscription(session, filter.filter(), OPTIONS);
    }

    private static SubscriptionFilter filter(int number) {
        String text = "device/" + number / 2 + "/+";
        return SubscriptionFilter.parse(number % 2 == 0 ? text : "$share/g/" + text);
    }

    /** With the seed 0 many of the filters have the same hash. */
    @ParameterizedTest
    @ValueSource(longs = {0, 0x5DEECE66DL})
    void doesTheSameAsAMapForRandomChanges(long hashSeed) {
        Random random = Seeds.one("SubscriptionTableTest.random");
        SubscriptionTable subscriptions = new SubscriptionTable(new FilterHash(hashSeed));
        Map<SubscriptionFilter, Subscription> model = new HashMap<>();
        for (int phase = 0; phase < 60; phase++) {
            int filters = 1 + random.nextInt(phase % 10 == 0 ? 1_000 : 40);
            int adds = random.nextInt(11); // of ten changes: the table grows, shrinks or stays in different phases
            for (int i = 0; i < 300; i++) {
                change(subscriptions, model, filter(random.nextInt(filters)), random.nextInt(10) < adds);
            }
            assertSame(subscriptions, model);
        }
        for (SubscriptionFilter filter : List.copyOf(model.keySet())) {
            change(subscriptions, model, filter, false);
        }
        assertSame(subscriptions, model);
    }

    private void change(
            SubscriptionTable subscriptions,
            Map<SubscriptionFilter, Subscription> model,
            SubscriptionFilter filter,
            boolean add) {
        Subscription held = model.get(filter);
        assertThat(subscriptions.find(filter)).as("%s", filter).isSameAs(held);
        if (add && held == null) {
            Subscription added = subscription(filter);
            subscriptions.add(added);
            model.put(filter, added);
        } else if (!add && held != null) {
            subscriptions.remove(held);
            model.remove(filter);
        }
        assertThat(subscriptions.size()).isEqualTo(model.size());
    }

    private static void assertSame(SubscriptionTable subscriptions, Map<SubscriptionFilter, Subscription> model) {
        List<Subscription> all = new ArrayList<>();
        subscriptions.forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
        assertThat(subscriptions.list())
                .extracting(SubscribeRequest::filter)
                .containsExactlyInAnyOrderElementsOf(model.keySet());
        model.forEach((filter, subscription) ->
                assertThat(subscriptions.find(filter)).as("%s", filter).isSameAs(subscription));
    }

    @Test
    void aSharedFilterIsNotTheOneItShares() {
        SubscriptionTable subscriptions = new SubscriptionTable(new FilterHash(1));
        Subscription plain = subscription(SubscriptionFilter.parse("t"));
        Subscription shared = subscription(SubscriptionFilter.parse("$share/g/t"));
        subscriptions.add(plain);

        assertThat(subscriptions.find(SubscriptionFilter.parse("$share/g/t"))).isNull();
        subscriptions.add(shared);
        assertThat(subscriptions.find(SubscriptionFilter.parse("$share/g/t"))).isSameAs(shared);
        assertThat(subscriptions.find(SubscriptionFilter.parse("$share/h/t"))).isNull();
        assertThat(subscriptions.find(SubscriptionFilter.parse("t"))).isSameAs(plain);
    }
}

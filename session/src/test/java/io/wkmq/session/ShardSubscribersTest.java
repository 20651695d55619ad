package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardSubscribersTest {
    private static final TopicFilter FILTER = TopicFilter.of("t");

    private final TestNode node = TestNode.with(new MemoryStore());
    private final Session durable = node.client("durable").expiry(60).connect().session();
    private final Session passing = node.client("passing").connect().session();
    private final ShardSubscribers subscribers = new ShardSubscribers();

    private PlainSubscription add(Session session, Qos qos) {
        PlainSubscription added = new PlainSubscription(session, FILTER, SubscriptionOptions.mqtt3(qos));
        subscribers.add(added);
        return added;
    }

    @Test
    void onlyQos1And2OfADurableSessionAreDurable() {
        add(passing, Qos.EXACTLY_ONCE);
        PlainSubscription subscription = add(durable, Qos.AT_MOST_ONCE);
        assertThat(subscribers.durable()).isFalse();

        subscription.options(SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE));
        subscribers.refresh(subscription);
        assertThat(subscribers.durable()).isTrue();

        subscription.options(SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE));
        subscribers.refresh(subscription);
        assertThat(subscribers.durable()).isFalse();
    }

    @Test
    void itIsDurableUntilTheLastDurableOneLeaves() {
        PlainSubscription first = add(durable, Qos.AT_LEAST_ONCE);
        add(passing, Qos.AT_LEAST_ONCE);
        PlainSubscription second = add(durable, Qos.EXACTLY_ONCE);

        subscribers.remove(first);
        assertThat(subscribers.durable()).isTrue();
        subscribers.remove(second);
        assertThat(subscribers.durable()).isFalse();
        assertThat(subscribers.size()).isEqualTo(1);
    }

    @Test
    void doesTheSameAsAListForRandomChanges() {
        Random random = Seeds.one("ShardSubscribersTest.random");
        List<PlainSubscription> model = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int sizeWanted = i / 1_000 % 2 == 0 ? 3 : 40;
            if (random.nextInt(2 * sizeWanted) >= model.size()) {
                model.add(add(random.nextInt(4) == 0 ? durable : passing, Qos.of(random.nextInt(3))));
            } else if (random.nextInt(3) == 0) {
                PlainSubscription changed = model.get(random.nextInt(model.size()));
                changed.options(SubscriptionOptions.mqtt3(Qos.of(random.nextInt(3))));
                subscribers.refresh(changed);
            } else {
                subscribers.remove(model.remove(random.nextInt(model.size())));
            }
            assertThat(subscribers.durable()).isEqualTo(model.stream().anyMatch(Subscription::durable));
            assertThat(all()).containsExactlyInAnyOrderElementsOf(model);
        }
    }

    private List<PlainSubscription> all() {
        List<PlainSubscription> all = new ArrayList<>();
        for (int i = 0; i < subscribers.size(); i++) {
            assertThat(subscribers.get(i).index()).isEqualTo(i);
            all.add(subscribers.get(i));
        }
        return all;
    }
}

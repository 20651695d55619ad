package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubscriptionOptionsTest {
    private static List<SubscriptionOptions> all(int identifier) {
        List<SubscriptionOptions> all = new ArrayList<>();
        for (Qos qos : Qos.values()) {
            for (RetainHandling handling : RetainHandling.values()) {
                for (int flags = 0; flags < 4; flags++) {
                    boolean noLocal = (flags & 1) != 0;
                    boolean retainAsPublished = (flags & 2) != 0;
                    SubscriptionOptions options =
                            SubscriptionOptions.of(qos, noLocal, retainAsPublished, handling, identifier);
                    assertThat(options.qos()).isEqualTo(qos);
                    assertThat(options.noLocal()).isEqualTo(noLocal);
                    assertThat(options.retainAsPublished()).isEqualTo(retainAsPublished);
                    assertThat(options.retainHandling()).isEqualTo(handling);
                    assertThat(options.identifier()).isEqualTo(identifier);
                    all.add(options);
                }
            }
        }
        return all;
    }

    @Test
    void thereIsOneInstanceOfEachWithoutAnIdentifier() {
        Set<SubscriptionOptions> instances = Collections.newSetFromMap(new IdentityHashMap<>());
        instances.addAll(all(0));
        instances.addAll(all(0));

        assertThat(instances).hasSize(36).contains(SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE));
    }

    @Test
    void anIdentifierIsPartOfTheOptions() {
        assertThat(all(7)).hasSize(36).doesNotHaveDuplicates().isEqualTo(all(7)).doesNotContainAnyElementsOf(all(8));
        assertThat(all(7).get(5)).hasSameHashCodeAs(all(7).get(5)).isNotEqualTo(all(0).get(5));
    }

    @Test
    void deliveriesGetTheIdentifierOrNone() {
        assertThat(all(268_435_455))
                .allSatisfy(options -> assertThat(options.identifiers()).containsExactly(268_435_455));
        assertThat(all(0))
                .allSatisfy(options -> assertThat(options.identifiers()).isSameAs(Delivery.NO_IDENTIFIERS));
    }
}

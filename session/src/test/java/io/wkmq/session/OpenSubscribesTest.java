package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OpenSubscribesTest {
    private static final SubscriptionOptions FIRST = SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE);
    private static final SubscriptionOptions SECOND = SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE);
    private static final SubscriptionOptions THIRD = SubscriptionOptions.mqtt3(Qos.EXACTLY_ONCE);

    private final OpenSubscribes open = new OpenSubscribes();
    private final Subscription subscription = subscription();

    private static Subscription subscription() {
        TestClient client = TestNode.inMemory().client("c").connect().subscribe("t", Qos.AT_MOST_ONCE);
        return Objects.requireNonNull(client.session().subscriptions().find(SubscriptionFilter.parse("t")));
    }

    private OpenSubscribes.Open refused() {
        return Objects.requireNonNull(open.refused(subscription), "a later SUBSCRIBE decides");
    }

    @Test
    void aNewSubscriptionThatIsRefusedGoesBackToNothing() {
        open.asked(subscription, null);

        assertThat(refused().granted()).isNull();
    }

    @Test
    void aChangeThatIsRefusedGoesBackToTheOptionsBeforeIt() {
        open.asked(subscription, FIRST);

        assertThat(refused().granted()).isSameAs(FIRST);
    }

    @Test
    void theLastOneToBeAnsweredDecides() {
        open.asked(subscription, FIRST);
        open.asked(subscription, SECOND);
        open.asked(subscription, THIRD);

        assertThat(open.refused(subscription)).isNull();
        open.granted(subscription, THIRD);
        assertThat(refused().granted()).isSameAs(THIRD);
    }

    @Test
    void nothingIsKeptOfWhatIsAnswered() {
        open.asked(subscription, FIRST);
        open.granted(subscription, SECOND);
        open.asked(subscription, THIRD);

        assertThat(refused().granted()).isSameAs(THIRD);
        assertThatThrownBy(() -> open.refused(subscription))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("A SUBSCRIBE to t is answered once too often");
    }
}

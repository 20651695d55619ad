package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SubscriptionFilterTest {
    @Test
    void withoutPrefixItIsNotShared() {
        SubscriptionFilter parsed = SubscriptionFilter.parse("a/+/#");
        assertThat(parsed.shared()).isFalse();
        assertThat(parsed.share()).isNull();
        assertThat(parsed.filter()).isEqualTo(TopicFilter.of("a/+/#"));
        assertThat(SubscriptionFilter.parse("$share").shared()).isFalse();
        assertThat(SubscriptionFilter.parse("$shared/g/a").shared()).isFalse();
        assertThat(SubscriptionFilter.parse("/$share/g/a").shared()).isFalse();
    }

    @Test
    void theNameEndsAtTheFirstSlashAndTheFilterIsTheRest() { // [MQTT-4.8.2-2]
        SubscriptionFilter parsed = SubscriptionFilter.parse("$share/g/a/+/#");
        assertThat(parsed.share()).isEqualTo(new ShareName("g"));
        assertThat(parsed.filter()).isEqualTo(TopicFilter.of("a/+/#"));
        assertThat(SubscriptionFilter.parse("$share/g//a").filter()).isEqualTo(TopicFilter.of("/a"));
    }

    @Test
    void theNameHasAtLeastOneCharacter() {
        assertThatThrownBy(() -> SubscriptionFilter.parse("$share//a"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.8.2-1]");
    }

    @Test
    void theNameHoldsNoWildcardAndNoSlash() {
        for (String name : new String[] {"+", "#", "a+", "#b"}) {
            assertThatThrownBy(() -> SubscriptionFilter.parse("$share/" + name + "/a"))
                    .as(name)
                    .isInstanceOf(InvalidTopicException.class)
                    .hasMessageContaining("[MQTT-4.8.2-2]");
        }
        assertThatThrownBy(() -> new ShareName("a/b")).hasMessageContaining("[MQTT-4.8.2-2]");
    }

    @Test
    void theNameIsWellFormedText() {
        assertThatThrownBy(() -> new ShareName("a\0")).hasMessageContaining("[MQTT-4.7.3-2]");
        assertThatThrownBy(() -> new ShareName("\udfff")).hasMessageContaining("[MQTT-1.5.4-1]");
        assertThat(new ShareName("größe")).hasToString("größe");
    }

    @Test
    void theNameIsFollowedByAFilter() {
        assertThatThrownBy(() -> SubscriptionFilter.parse("$share/g"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.8.2-2]");
        assertThatThrownBy(() -> SubscriptionFilter.parse("$share/g/"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.3-1]");
        assertThatThrownBy(() -> SubscriptionFilter.parse("$share/g/a#"))
                .isInstanceOf(InvalidTopicException.class)
                .hasMessageContaining("[MQTT-4.7.1-1]");
        assertThatThrownBy(() -> SubscriptionFilter.parse("$queue/")).isInstanceOf(InvalidTopicException.class);
    }

    @Test
    void queueIsAShareByAnotherSpelling() {
        SubscriptionFilter queue = SubscriptionFilter.parse("$queue/a/#");
        assertThat(queue.share()).isEqualTo(ShareName.QUEUE);
        assertThat(queue).isEqualTo(SubscriptionFilter.parse("$share/$queue/a/#"));
        assertThat(queue.text()).isEqualTo("$queue/a/#");
    }

    @Test
    void itsTextIsReadBack() {
        for (String text : new String[] {"a", "$SYS/#", "$share/g/a/+", "$queue//", "$share/ü/€"}) {
            assertThat(SubscriptionFilter.parse(text).text()).isEqualTo(text);
            assertThat(SubscriptionFilter.parse(text)).hasToString(text).isEqualTo(SubscriptionFilter.parse(text));
        }
    }
}

package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Qos, NodeName, NodeId and Message. */
class ValuesTest {
    @Test
    void qosHasTheNumberOnTheWire() {
        for (int code = 0; code <= 2; code++) {
            assertThat(Qos.of(code).code()).isEqualTo(code);
        }
        assertThat(Qos.of(1)).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThatThrownBy(() -> Qos.of(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QoS 3");
        assertThatThrownBy(() -> Qos.of(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLowerQosIsDelivered() { // [MQTT-3.8.4-8]
        assertThat(Qos.EXACTLY_ONCE.min(Qos.AT_MOST_ONCE)).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(Qos.AT_MOST_ONCE.min(Qos.AT_LEAST_ONCE)).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(Qos.AT_LEAST_ONCE.min(Qos.AT_LEAST_ONCE)).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void theHigherQosOfOverlappingSubscriptionsCounts() { // [MQTT-3.3.4-2]
        assertThat(Qos.EXACTLY_ONCE.max(Qos.AT_MOST_ONCE)).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(Qos.AT_MOST_ONCE.max(Qos.AT_LEAST_ONCE)).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void nodeNameIsNameAtHost() {
        assertThat(NodeName.parse("wkmq@127.0.0.1")).isEqualTo(new NodeName("wkmq", "127.0.0.1"));
        assertThat(NodeName.parse("a-1_B@node-1.example.org")).hasToString("a-1_B@node-1.example.org");
        assertThat(NodeName.parse("n@fe80::1%eth0").host()).isEqualTo("fe80::1%eth0");
    }

    @Test
    void nodeNameNeedsBothPartsOfAllowedCharacters() {
        for (String text :
                new String[] {"", "wkmq", "@", "wkmq@", "@host", "a@b@c", "a b@c", "a.b@c", "a@b/c", "ä@b", "a@b\n"}) {
            assertThatThrownBy(() -> NodeName.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected name@host");
        }
    }

    @Test
    void nodeIdIsItsUuid() {
        UUID uuid = new UUID(1, 2);
        assertThat(new NodeId(uuid)).isEqualTo(new NodeId(new UUID(1, 2))).hasToString(uuid.toString());
        assertThat(new NodeId(uuid)).isNotEqualTo(new NodeId(new UUID(2, 1)));
    }

    @Test
    void aMessageExpiresAtItsTime() {
        assertThat(message(MessageProperties.NONE, 1_000).expired(999)).isFalse();
        assertThat(message(MessageProperties.NONE, 1_000).expired(1_000)).isTrue();
        assertThat(message(MessageProperties.NONE, Message.NEVER).expired(Long.MAX_VALUE - 1))
                .isFalse();
    }

    @Test
    void aMessageCountsAllThatAClientCanMakeLong() {
        long plain = message(MessageProperties.NONE, Message.NEVER).bytes();
        assertThat(plain).isEqualTo(96 + 5 + 3);
        MessageProperties properties = new MessageProperties(
                true,
                "c".repeat(100),
                "r".repeat(1_000),
                new byte[10_000],
                List.of(new UserProperty("n", "v".repeat(60_000))));
        assertThat(message(properties, Message.NEVER).bytes()).isBetween(plain + 71_101, plain + 71_101 + 500);
        MessageProperties many =
                new MessageProperties(false, null, null, null, Collections.nCopies(1_000, new UserProperty("", "")));
        assertThat(message(many, Message.NEVER).bytes()).isBetween(plain + 5_000, plain + 5_500);
    }

    @Test
    void aMessagePrintsNoPayload() {
        assertThat(message(MessageProperties.NONE, Message.NEVER).toString())
                .contains("a/b", "qos=1", "bytes=5", "publisher=me")
                .doesNotContain("hello");
    }

    private static Message message(MessageProperties properties, long expiresAtMs) {
        return new Message(
                TopicName.of("a/b"),
                "hello".getBytes(StandardCharsets.US_ASCII),
                Qos.AT_LEAST_ONCE,
                false,
                properties,
                "me",
                0,
                expiresAtMs);
    }
}

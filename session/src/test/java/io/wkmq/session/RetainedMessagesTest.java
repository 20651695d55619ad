package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetainedMessagesTest {
    private final InMemoryRetainedStore store = new InMemoryRetainedStore();
    private long nowMs = 1_000_000;

    private RetainedMessages retained(RetainedLimits limits) {
        return new RetainedMessages(limits, () -> Instant.ofEpochMilli(nowMs), store);
    }

    private RetainedMessages retained() {
        return retained(new RetainedLimits(3, 10, 10_000, 0));
    }

    private Message message(String topic, String payload, long expiresAtMs) {
        return new Message(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                true,
                MessageProperties.NONE,
                "p",
                nowMs,
                expiresAtMs);
    }

    private static List<String> payloads(RetainedMessages retained, String filter) {
        List<String> found = new ArrayList<>();
        Retained.Cursor cursor = retained.matching(TopicFilter.of(filter));
        for (Message next = cursor.next(); next != null; next = cursor.next()) {
            found.add(new String(next.payload(), StandardCharsets.UTF_8));
        }
        return found;
    }

    @Test
    void lastMessageOfATopicIsRetained() { // [MQTT-3.3.1-5]
        RetainedMessages retained = retained();
        retained.retain(message("a/b", "old", Message.NEVER), HandOver.NONE);
        retained.retain(message("a/b", "new", Message.NEVER), HandOver.NONE);
        retained.retain(message("a/c", "other", Message.NEVER), HandOver.NONE);

        assertThat(payloads(retained, "a/+")).containsExactlyInAnyOrder("new", "other");
    }

    @Test
    void emptyPayloadClears() { // [MQTT-3.3.1-6]
        RetainedMessages retained = retained();
        retained.retain(message("a", "x", Message.NEVER), HandOver.NONE);
        retained.retain(message("a", "", Message.NEVER), HandOver.NONE);

        assertThat(payloads(retained, "#")).isEmpty();
        assertThat(retained.size()).isZero();
        assertThat(retained.bytes()).isZero();
    }

    @Test
    void messageBeyondALimitIsNotRetainedAndTheOldOneStays() {
        RetainedMessages retained = retained();
        for (String topic : List.of("a", "b", "c", "d")) {
            retained.retain(message(topic, topic, Message.NEVER), HandOver.NONE);
        }
        retained.retain(message("a", "longer than ten", Message.NEVER), HandOver.NONE);

        assertThat(payloads(retained, "#")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(retained.refused()).isEqualTo(2);
    }

    @Test
    void expiredMessageIsNeitherGivenNorKept() { // [MQTT-3.3.2-5]
        RetainedMessages retained = retained();
        retained.retain(message("a", "x", nowMs + 1000), HandOver.NONE);
        retained.retain(message("b", "y", Message.NEVER), HandOver.NONE);
        nowMs += 1000;
        assertThat(payloads(retained, "#")).containsExactly("y");

        retained.sweep(10);
        assertThat(retained.size()).isEqualTo(1);
    }

    @Test
    void nodesLimitCutsTheExpiry() {
        RetainedMessages retained = retained(new RetainedLimits(10, 10, 10_000, 60));
        retained.retain(message("a", "x", Message.NEVER), HandOver.NONE);
        nowMs += 60_000;

        assertThat(payloads(retained, "#")).isEmpty();
    }

    @Test
    void restartBringsBackWhatIsStored() {
        RetainedMessages first = retained();
        first.retain(message("a", "x", Message.NEVER), HandOver.NONE);
        first.retain(message("b", "y", Message.NEVER), HandOver.NONE);
        first.retain(message("b", "", Message.NEVER), HandOver.NONE);

        RetainedMessages second = retained();
        second.restore();
        assertThat(payloads(second, "#")).containsExactly("x");
        assertThat(second.bytes()).isEqualTo(first.bytes());
    }
}

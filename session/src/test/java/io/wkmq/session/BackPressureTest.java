package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.Receipt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests when reading from a client is paused because another node has too many of its messages. */
class BackPressureTest {
    private final TestNode node = TestNode.inMemory();
    private final TestClient publisher = node.client("pub").expiry(3600).connect();
    private final TestClient other = node.client("other").connect();

    private void far(String topic) {
        var unused = node.otherNodeWants(topic);
    }

    /** The other node has acknowledged a message. */
    private void taken(int number) {
        node.shards.on(0, () -> node.otherNodes.sent.get(number).handOver().done());
        node.run();
    }

    @Test
    void publisherIsNotReadUntilTheMessageThatFoundANodeFullIsAnswered() {
        far("far");
        publisher.publish("far", AT_LEAST_ONCE, 1, "a");
        assertThat(publisher.link().paused()).isFalse();
        node.otherNodes.full(true);
        publisher.publish("far", AT_LEAST_ONCE, 2, "b").publish("far", EXACTLY_ONCE, 3, "c");
        assertThat(publisher.link().paused()).isTrue();

        taken(1);
        assertThat(publisher.link().paused()).isTrue();
        taken(0);
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS", "PUBACK 2 SUCCESS");
        assertThat(publisher.link().paused()).isTrue();
        taken(2);
        assertThat(publisher.packets()).containsExactly("PUBREC 3 SUCCESS");
        assertThat(publisher.link().paused()).isFalse();
    }

    @Test
    void whoPublishesElsewhereOrWithQos0IsReadOn() {
        far("far");
        node.otherNodes.full(true);
        publisher.publish("far", AT_LEAST_ONCE, 1, "a");
        other.publish("near", AT_LEAST_ONCE, 1, "b").publish("far", AT_MOST_ONCE, 0, "c");
        assertThat(publisher.link().paused()).isTrue();
        assertThat(other.link().paused()).isFalse();
    }

    @Test
    void messageThatIsNotTakenEndsThePauseToo() {
        far("far");
        node.otherNodes.full(true);
        publisher.publish("far", AT_LEAST_ONCE, 1, "a");
        node.otherNodes.sent.get(0).handOver().failed("it fails");
        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
        assertThat(publisher.link().paused()).isFalse();
    }

    @Test
    void connectionIsNotPausedForWhatAnEarlierOneHasSent() {
        far("far");
        node.otherNodes.full(true);
        publisher.publish("far", AT_LEAST_ONCE, 1, "a").publish("far", EXACTLY_ONCE, 2, "b");
        publisher.lose().connect();
        assertThat(publisher.link().paused()).isFalse();
        taken(0);
        assertThat(publisher.link().paused()).isFalse();

        publisher.publish("far", EXACTLY_ONCE, 2, "b");
        assertThat(publisher.link().paused())
                .as("what it sends again waits yet")
                .isTrue();
        taken(1);
        assertThat(publisher.packets()).containsExactly("PUBREC 2 SUCCESS");
        assertThat(publisher.link().paused()).isFalse();
    }

    @Test
    void messageThatAChannelHasTakenHoldsBackToo() {
        CompletableFuture<Receipt> append = new CompletableFuture<>();
        node.channels.put("far", (message, scope) -> append);
        far("far");
        node.otherNodes.full(true);
        publisher.publish("far", AT_LEAST_ONCE, 1, "a");
        assertThat(publisher.link().paused()).isFalse();
        node.shards.on(0, () -> append.complete(new Receipt("c", 1, 1, 1, false)));
        node.run();
        assertThat(publisher.link().paused()).isTrue();
        taken(0);
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
        assertThat(publisher.link().paused()).isFalse();
    }

    /** As when a message looks for another member of a share group. */
    @Test
    void anotherThreadMaySayItEvenTooLate() throws InterruptedException {
        far("far");
        publisher.publish("far", AT_LEAST_ONCE, 1, "a").publish("far", AT_LEAST_ONCE, 2, "b");
        node.runLater();
        Thread link = new Thread(() -> {
            node.otherNodes.sent.forEach(
                    sent -> assertThat(sent.handOver().holdBack()).isTrue());
        });
        taken(0);
        link.start();
        link.join();
        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
        assertThat(publisher.link().paused()).isTrue();
        taken(1);
        assertThat(publisher.link().paused()).isFalse();
    }
}

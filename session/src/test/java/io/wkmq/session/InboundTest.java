package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.Receipt;
import io.wkmq.routing.Interest;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests how, when and in which order a client's PUBLISH packets are answered. */
class InboundTest {
    private static final Receipt RECEIPT = new Receipt("c", 1, 1, 1, false);

    private final TestConfig config = new TestConfig();
    private final TestNode node = TestNode.inMemory(config);
    private final TestClient publisher = node.client("pub").expiry(3600).connect();
    private final List<CompletableFuture<Receipt>> appends = new ArrayList<>();

    private TestClient subscriber() {
        return node.client("sub").connect().subscribe("t", EXACTLY_ONCE);
    }

    /** Messages on this topic are handed over when the test says so. */
    private void slow(String topic) {
        node.channels.put(topic, (message, scope) -> {
            CompletableFuture<Receipt> append = new CompletableFuture<>();
            appends.add(append);
            return append;
        });
    }

    private void complete(int append) {
        node.shards.on(0, () -> appends.get(append).complete(RECEIPT));
        node.run();
    }

    /** [MQTT-4.3.2-4]. */
    @Test
    void qos1IsAnsweredByPuback() {
        TestClient subscriber = subscriber();

        publisher.publish("t", AT_LEAST_ONCE, 7, "a");

        assertThat(publisher.packets()).containsExactly("PUBACK 7 SUCCESS");
        assertThat(subscriber.packets()).containsExactly("PUBLISH t q1 #1 a");
        assertThat(publisher.inboundInFlight()).isZero();
    }

    @Test
    void qos0IsNotAnswered() {
        subscriber();

        publisher.publish("t", AT_MOST_ONCE, 0, "a");

        assertThat(publisher.packets()).isEmpty();
    }

    @Test
    void publisherLearnsThatNobodySubscribes() {
        publisher.publish("t", AT_LEAST_ONCE, 7, "a").publish("t", EXACTLY_ONCE, 8, "b");

        assertThat(publisher.packets())
                .containsExactly("PUBACK 7 NO_MATCHING_SUBSCRIBERS", "PUBREC 8 NO_MATCHING_SUBSCRIBERS");
        assertThat(node.sessions.stats().unrouted()).isEqualTo(2);
    }

    /** [MQTT-4.3.3-8], [MQTT-4.3.3-11]. */
    @Test
    void qos2IsAnsweredByPubrecAndPubcomp() {
        subscriber();

        publisher.publish("t", EXACTLY_ONCE, 7, "a");
        assertThat(publisher.inboundInFlight()).isEqualTo(1);
        publisher.pubrel(7);

        assertThat(publisher.packets()).containsExactly("PUBREC 7 SUCCESS", "PUBCOMP 7 SUCCESS");
        assertThat(publisher.inboundInFlight()).isZero();
    }

    /** [MQTT-4.3.3-10], [MQTT-4.3.3-12]. */
    @Test
    void packetIdThatAwaitsPubrelIsNotRoutedAgain() {
        TestClient subscriber = subscriber();

        publisher.publish("t", EXACTLY_ONCE, 7, "a").publish("t", EXACTLY_ONCE, 7, "a");
        publisher.lose().connect();
        publisher.publish("t", EXACTLY_ONCE, 7, "a");
        assertThat(publisher.packets()).containsExactly("PUBREC 7 SUCCESS");
        assertThat(subscriber.packets()).containsExactly("PUBLISH t q2 #1 a");

        publisher.pubrel(7).publish("t", EXACTLY_ONCE, 7, "b");
        assertThat(subscriber.packets()).containsExactly("PUBLISH t q2 #2 b");
    }

    /** [MQTT-4.3.3-10]. */
    @Test
    void whatIsForTheNodeItselfIsAnsweredAndTakenOnce() {
        TestClient subscriber = subscriber();
        List<Integer> taken = new ArrayList<>();
        for (Publication each : List.of(
                request(AT_MOST_ONCE, 0),
                request(AT_LEAST_ONCE, 7),
                request(EXACTLY_ONCE, 8),
                request(EXACTLY_ONCE, 8))) {
            publisher.act(session ->
                    session.publishTo(message -> taken.add(message.qos().code()), each));
        }
        publisher.pubrel(8);

        assertThat(publisher.packets())
                .containsExactly("PUBACK 7 SUCCESS", "PUBREC 8 SUCCESS", "PUBREC 8 SUCCESS", "PUBCOMP 8 SUCCESS");
        assertThat(taken).containsExactly(0, 1, 2);
        assertThat(subscriber.packets()).isEmpty();
        assertThat(node.sessions.stats().unrouted()).isZero();
        assertThat(publisher.inboundInFlight()).isZero();
    }

    private static Publication request(Qos qos, int packetId) {
        return new Publication(
                packetId, false, TopicName.of("t"), new byte[] {1}, qos, false, MessageProperties.NONE, -1);
    }

    @Test
    void unknownPubrelIsAnsweredNotFound() {
        publisher.pubrel(9);

        assertThat(publisher.packets()).containsExactly("PUBCOMP 9 PACKET_IDENTIFIER_NOT_FOUND");
    }

    /** [MQTT-4.6.0-2], [MQTT-4.6.0-3]. */
    @Test
    void answersKeepTheOrderOfArrival() {
        subscriber();
        slow("slow");

        publisher.publish("slow", AT_LEAST_ONCE, 1, "a");
        publisher.publish("t", AT_LEAST_ONCE, 2, "b");
        publisher.publish("slow", EXACTLY_ONCE, 3, "c");
        publisher.publish("t", EXACTLY_ONCE, 4, "d");
        publisher.act(s -> s.refuse(AT_LEAST_ONCE, 5, ReasonCode.NOT_AUTHORIZED, null));
        assertThat(publisher.packets()).isEmpty();
        assertThat(publisher.inboundInFlight()).isEqualTo(4);

        complete(1);
        assertThat(publisher.packets()).isEmpty();
        complete(0);
        assertThat(publisher.packets())
                .containsExactly(
                        "PUBACK 1 SUCCESS",
                        "PUBACK 2 SUCCESS",
                        "PUBREC 3 SUCCESS",
                        "PUBREC 4 SUCCESS",
                        "PUBACK 5 NOT_AUTHORIZED");
        assertThat(publisher.inboundInFlight()).isEqualTo(2);
    }

    @Test
    void messageThatAChannelDidNotTakeIsNotAcknowledged() {
        slow("slow");
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a").publish("slow", EXACTLY_ONCE, 2, "b");

        appends.forEach(append -> node.shards.on(
                0,
                () -> append.completeExceptionally(
                        new NotAppendedException(NotAppendedException.Reason.BUSY, "no quorum", null))));
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBACK 1 QUOTA_EXCEEDED", "PUBREC 2 QUOTA_EXCEEDED");
        assertThat(publisher.inboundInFlight()).isZero();
        publisher.pubrel(2);
        assertThat(publisher.packets()).containsExactly("PUBCOMP 2 PACKET_IDENTIFIER_NOT_FOUND");
    }

    @Test
    void anotherMessageOfThatNameIsAnErrorOfThePublisher() {
        slow("slow");
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a");

        node.shards.on(
                0,
                () -> appends.get(0)
                        .completeExceptionally(
                                new NotAppendedException(NotAppendedException.Reason.CONFLICT, "other", null)));
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBACK 1 IMPLEMENTATION_SPECIFIC_ERROR");
    }

    @Test
    void subscribersGetAMessageOnceItsChannelHasIt() {
        slow("slow");
        TestClient subscriber = node.client("sub").connect().subscribe("slow", AT_LEAST_ONCE);
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a").publish("slow", AT_LEAST_ONCE, 2, "b");
        assertThat(subscriber.packets()).isEmpty();

        complete(0);
        assertThat(subscriber.packets()).containsExactly("PUBLISH slow q1 #1 a");
        complete(1);
        assertThat(subscriber.packets()).containsExactly("PUBLISH slow q1 #2 b");
    }

    @Test
    void answerOfAnEarlierConnectionIsNotWrittenOnANewOne() {
        slow("slow");
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a");
        publisher.lose().connect();

        complete(0);

        assertThat(publisher.packets()).isEmpty();
    }

    @Test
    void qos2ResentWhileItIsHandedOverIsAnsweredOnceOnTheNewConnection() {
        slow("slow");
        publisher.publish("slow", EXACTLY_ONCE, 1, "a");
        publisher.lose().connect();

        publisher.publish("slow", EXACTLY_ONCE, 1, "a");
        assertThat(appends).hasSize(1);
        complete(0);

        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
        assertThat(publisher.inboundInFlight()).isEqualTo(1);
        publisher.pubrel(1);
        assertThat(publisher.inboundInFlight()).isZero();
    }

    @Test
    void flowsOfAnEarlierConnectionTakeNoReceiveMaximum() {
        subscriber();
        publisher.publish("t", EXACTLY_ONCE, 1, "a").lose().connect();

        assertThat(publisher.inboundInFlight()).isZero();
        publisher.pubrel(1).publish("t", EXACTLY_ONCE, 2, "b");
        assertThat(publisher.inboundInFlight()).isEqualTo(1);
    }

    /** [MQTT-4.3.3-9]. */
    @Test
    void refusedQos2PacketIdIsFreeAgain() {
        TestClient subscriber = subscriber();

        publisher.act(s -> s.refuse(EXACTLY_ONCE, 7, ReasonCode.NOT_AUTHORIZED, "no"));
        publisher.publish("t", EXACTLY_ONCE, 7, "a");

        assertThat(publisher.packets()).containsExactly("PUBREC 7 NOT_AUTHORIZED", "PUBREC 7 SUCCESS");
        assertThat(subscriber.packets()).hasSize(1);
    }

    @Test
    void tooManyPacketIdsThatAwaitPubrelAreRefused() {
        config.maxAwaitingRel = 2;
        TestNode small = TestNode.inMemory(config);
        TestClient client = small.client("pub").connect();

        client.publish("t", EXACTLY_ONCE, 1, "a")
                .publish("t", EXACTLY_ONCE, 2, "b")
                .publish("t", EXACTLY_ONCE, 3, "c")
                .pubrel(1)
                .publish("t", EXACTLY_ONCE, 3, "c");

        assertThat(client.packets())
                .containsExactly(
                        "PUBREC 1 NO_MATCHING_SUBSCRIBERS",
                        "PUBREC 2 NO_MATCHING_SUBSCRIBERS",
                        "PUBREC 3 QUOTA_EXCEEDED",
                        "PUBCOMP 1 SUCCESS",
                        "PUBREC 3 NO_MATCHING_SUBSCRIBERS");
        assertThat(client.inboundInFlight()).isEqualTo(2);
    }

    @Test
    void channelCountsAsATaker() {
        slow("slow");
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a");
        complete(0);

        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
    }

    @Test
    void handOverMayCompleteOnAnotherThread() throws InterruptedException {
        slow("slow");
        publisher.publish("slow", AT_LEAST_ONCE, 1, "a");

        Thread other = new Thread(() -> appends.get(0).complete(RECEIPT));
        other.start();
        other.join();
        assertThat(publisher.packets()).isEmpty();
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
    }

    @Test
    void publishAfterTakeoverGoesNowhere() {
        TestClient subscriber = subscriber();
        RecordingLink old = publisher.link();
        Session stale = publisher.session();
        publisher.lose();

        node.shards.on(
                0,
                () -> stale.publish(new Publication(
                        1,
                        false,
                        io.wkmq.routing.TopicName.of("t"),
                        new byte[0],
                        AT_LEAST_ONCE,
                        false,
                        io.wkmq.routing.MessageProperties.NONE,
                        -1)));

        assertThat(old.take()).isEmpty();
        assertThat(subscriber.packets()).isEmpty();
    }

    /** There is no way to another node, which is a bug. */
    private static void routeThatThrows(TestNode node, String topic) {
        node.routes.change(
                new NodeId(new UUID(0, 1)), ShareStrategy.RANDOM, List.of(Interest.plain(TopicFilter.of(topic), true)));
    }

    @Test
    void routingThatFailsAnswersThePublishAndLeavesNothingBehind() {
        TestClient subscriber = subscriber().subscribe("broken", EXACTLY_ONCE);
        routeThatThrows(node, "broken");

        assertThatThrownBy(() -> publisher.publish("broken", AT_LEAST_ONCE, 1, "a"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> publisher.publish("broken", EXACTLY_ONCE, 2, "b"))
                .isInstanceOf(IllegalStateException.class);

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR", "PUBREC 2 UNSPECIFIED_ERROR");
        assertThat(publisher.inboundInFlight()).isZero();
        assertThat(publisher.info().awaitingRel()).isZero();
        publisher.publish("t", EXACTLY_ONCE, 2, "c");
        assertThat(publisher.packets()).containsExactly("PUBREC 2 SUCCESS");
        assertThat(subscriber.packets()).hasSize(3);
    }

    /** It has a copy of the message that could not be routed further, and has not said yet that it has stored it. */
    @Test
    void takerOfAPublishThatFailedDoesNotAnswerTheNextOne() {
        MemoryStore store = new MemoryStore();
        TestNode two = new TestNode(config, 2, new ManualClock(TestNode.START_MS), store);
        TestClient client = two.client("pub").connect();
        TestClient far = two.client("sub");
        for (int i = 0; far.shard() == client.shard(); i++) {
            far = two.client("sub" + i);
        }
        far.expiry(60).connect().subscribe("#", AT_LEAST_ONCE);
        routeThatThrows(two, "broken");
        two.runLater();
        assertThatThrownBy(() -> client.publish("broken", AT_LEAST_ONCE, 1, "a"))
                .isInstanceOf(IllegalStateException.class);
        store.flushesAtOnce(false);
        two.run();
        client.publish("t", AT_LEAST_ONCE, 2, "b");
        store.completeOne();
        two.run();
        assertThat(client.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");

        store.completeAll();
        two.run();
        assertThat(client.packets()).containsExactly("PUBACK 2 SUCCESS");
    }

    @Test
    void channelThatThrowsIsAChannelThatDoesNotTakeTheMessage() {
        node.channels.put("broken", (message, scope) -> {
            throw new IllegalStateException("thrown by the test");
        });

        publisher.publish("broken", EXACTLY_ONCE, 1, "a");

        assertThat(publisher.packets()).containsExactly("PUBREC 1 QUOTA_EXCEEDED");
        assertThat(publisher.inboundInFlight()).isZero();
    }

    @Test
    void willThatCannotBeRoutedDoesNotKeepTheSessionFromItsEnd() {
        routeThatThrows(node, "broken");
        TestClient client =
                node.client("c").will(TestClient.will("broken", "gone", 0)).connect();

        client.lose();

        assertThat(client.exists()).isFalse();
        assertThat(node.sessions.stats().connected()).isEqualTo(1);
    }
}

package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what a client receives, in which order, and what happens to what it does not acknowledge. */
class OutboundTest {
    private final TestConfig config = new TestConfig();

    private TestNode node = TestNode.inMemory(config);

    private TestClient subscriber(String filter, Qos qos) {
        node = TestNode.inMemory(config);
        TestClient client = node.client("sub").expiry(3600).connect();
        return client.subscribe(filter, qos);
    }

    @Test
    void qos0IsSentOnceWithoutPacketId() {
        TestClient client = subscriber("t", AT_MOST_ONCE);

        node.publish("t", EXACTLY_ONCE, "a");

        assertThat(client.packets()).containsExactly("PUBLISH t q0 a");
        assertThat(client.info().inflight()).isZero();
    }

    @Test
    void whatIsForOneClientAloneIsSentAtOnceOrNotAtAll() {
        TestClient client = node.client("c").connect();
        List<Boolean> sent = new ArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.mqtt3(AT_MOST_ONCE);

        client.act(session -> sent.add(session.send(Samples.message("t", "a"), options)));
        client.link().writable(false);
        client.act(session -> sent.add(session.send(Samples.message("t", "b"), options)));
        client.link().writable(true);

        assertThat(client.packets()).containsExactly("PUBLISH t q0 a");
        client.lose();
        client.act(session -> sent.add(session.send(Samples.message("t", "c"), options)));
        assertThat(sent).containsExactly(true, false, false);
    }

    /** [MQTT-3.8.4-8]. */
    @Test
    void deliveryHasTheLowerQosOfMessageAndSubscription() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);

        node.publish("t", EXACTLY_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_MOST_ONCE, "c");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q1 #2 b", "PUBLISH t q0 c");
    }

    /** [MQTT-4.9.0-1], [MQTT-4.9.0-2]. */
    @Test
    void windowReopensWhenPubackArrives() {
        config.maxInflight = 2;
        TestClient client = subscriber("t", AT_LEAST_ONCE);

        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_LEAST_ONCE, "c");
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q1 #2 b");

        client.puback(2);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #3 c");
        assertThat(client.info().inflight()).isEqualTo(2);
    }

    @Test
    void receiveMaximumNarrowsTheWindow() {
        TestClient client = node.client("sub").receiveMaximum(1).connect().subscribe("t", AT_LEAST_ONCE);

        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a");
        assertThat(client.info().queueLength()).isEqualTo(1);
        assertThat(client.info().maxInflight()).isEqualTo(1);
    }

    @Test
    void unknownPubackOpensNothing() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        client.packets();

        client.puback(77);

        assertThat(client.packets()).isEmpty();
    }

    /** [MQTT-4.3.3-4], [MQTT-4.3.3-5]. */
    @Test
    void qos2FlowEndsWithPubcomp() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "a");
        node.publish("t", EXACTLY_ONCE, "b");
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #1 a");

        client.pubrec(1);
        assertThat(client.packets()).containsExactly("PUBREL 1 SUCCESS");

        client.pubcomp(1);
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #2 b");
    }

    @Test
    void repeatedPubrecIsAnsweredAgain() {
        TestClient client = subscriber("t", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "a");

        client.pubrec(1).pubrec(1);

        assertThat(client.packets()).containsExactly("PUBLISH t q2 #1 a", "PUBREL 1 SUCCESS", "PUBREL 1 SUCCESS");
    }

    @Test
    void unknownPubrecIsAnsweredNotFound() {
        TestClient client = subscriber("t", EXACTLY_ONCE);

        client.pubrec(9);

        assertThat(client.packets()).containsExactly("PUBREL 9 PACKET_IDENTIFIER_NOT_FOUND");
    }

    @Test
    void pubcompBeforePubrecEndsNothing() {
        TestClient client = subscriber("t", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "a");

        client.pubcomp(1);

        assertThat(client.info().inflight()).isEqualTo(1);
    }

    /** [MQTT-4.4.0-2]. */
    @Test
    void pubrecWithErrorEndsTheFlow() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", EXACTLY_ONCE);
        node.publish("t", EXACTLY_ONCE, "a");
        node.publish("t", EXACTLY_ONCE, "b");
        client.packets();

        client.pubrec(1, ReasonCode.QUOTA_EXCEEDED);

        assertThat(client.packets()).containsExactly("PUBLISH t q2 #2 b");
        client.connect();
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #2 b dup");
    }

    /** [MQTT-4.4.0-1], [MQTT-4.3.3-6], [MQTT-3.3.1-1]. */
    @Test
    void reconnectSendsWhatIsUnacknowledgedInTheOriginalOrder() {
        TestClient client = subscriber("#", EXACTLY_ONCE);
        node.publish("a", EXACTLY_ONCE, "1");
        node.publish("b", AT_LEAST_ONCE, "2");
        node.publish("c", EXACTLY_ONCE, "3");
        node.publish("d", AT_LEAST_ONCE, "4");
        client.pubrec(1).puback(2);
        client.packets();

        client.lose();
        node.publish("e", AT_LEAST_ONCE, "5");
        client.connect();

        assertThat(client.sessionPresent()).isTrue();
        assertThat(client.packets())
                .containsExactly(
                        "PUBREL 1 SUCCESS", "PUBLISH c q2 #3 3 dup", "PUBLISH d q1 #4 4 dup", "PUBLISH e q1 #5 5");
    }

    @Test
    void nothingIsSentAgainOnTheSameConnection() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        client.packets();

        node.shards.advanceMs(3_600_000);

        assertThat(client.packets()).isEmpty();
    }

    @Test
    void resendingKeepsWithinASmallerReceiveMaximum() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        for (String payload : new String[] {"a", "b", "c"}) {
            node.publish("t", AT_LEAST_ONCE, payload);
        }
        client.lose();

        client.receiveMaximum(2).connect();
        node.publish("t", AT_LEAST_ONCE, "d");
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a dup", "PUBLISH t q1 #2 b dup");

        client.puback(1);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #3 c dup");
        client.puback(2);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #4 d");
    }

    @Test
    void flowsReleasedOnAnEarlierConnectionTakeNoQuota() {
        TestClient client =
                subscriber("t", EXACTLY_ONCE).lose().receiveMaximum(1).connect();
        node.publish("t", EXACTLY_ONCE, "a");
        client.pubrec(1).lose();

        client.connect();
        node.publish("t", EXACTLY_ONCE, "b");
        assertThat(client.packets()).containsExactly("PUBREL 1 SUCCESS", "PUBLISH t q2 #2 b");

        node.publish("t", EXACTLY_ONCE, "c");
        client.pubcomp(1);
        assertThat(client.packets()).isEmpty(); // the quota is b's
    }

    @Test
    void slowLinkQueuesAndGoesOnInOrder() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        client.link().writable(false);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_MOST_ONCE, "b");
        node.publish("t", AT_LEAST_ONCE, "c");
        assertThat(client.packets()).isEmpty();

        client.link().writableFor(2);
        client.act(Session::linkWritable);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q0 b");

        client.link().writable(true);
        client.act(Session::linkWritable);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #2 c");
        assertThat(client.info().queueLength()).isZero();
    }

    @Test
    void fullWindowHoldsBackQos1AndLetsQos0Pass() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_MOST_ONCE, "c");
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q0 c");

        client.puback(1);
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #2 b");
    }

    @Test
    void qos0ThatWaitedForASlowClientPassesAFullWindowInItsOrder() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a");
        client.link().writable(false);
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_MOST_ONCE, "c");
        node.publish("t", AT_MOST_ONCE, "d");

        client.link().writable(true);
        client.act(Session::linkWritable);
        node.publish("t", AT_MOST_ONCE, "e");
        assertThat(client.packets()).containsExactly("PUBLISH t q0 c", "PUBLISH t q0 d", "PUBLISH t q0 e");
    }

    @Test
    void nothingOfItsQosOvertakesWhatIsQueuedWhenTheLinkHasJustBecomeWritable() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        client.link().writable(false);
        node.publish("t", AT_LEAST_ONCE, "a");
        client.link().writable(true);
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_MOST_ONCE, "c");
        client.act(Session::linkWritable);

        assertThat(client.packets()).containsExactly("PUBLISH t q0 c", "PUBLISH t q1 #1 a", "PUBLISH t q1 #2 b");
    }

    @Test
    void qos0IsDroppedForASlowClientUnlessQueued() {
        config.storeQos0 = false;
        TestClient client = subscriber("t", AT_MOST_ONCE);
        client.link().writable(false);

        node.publish("t", AT_MOST_ONCE, "a");

        assertThat(node.dropped(DropReason.QOS0_NOT_QUEUED)).isEqualTo(1);
        assertThat(client.info().dropped()).containsEntry(DropReason.QOS0_NOT_QUEUED, 1L);
    }

    @Test
    void qos0IsSentPastAFullWindowUnlessQueued() {
        config.storeQos0 = false;
        config.maxInflight = 1;
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_LEAST_ONCE, "b");
        node.publish("t", AT_MOST_ONCE, "c");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q0 c");
    }

    @Test
    void fullQueueDropsQos0First() {
        config.maxQueueLength = 2;
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        node.publish("t", AT_LEAST_ONCE, "a");
        node.publish("t", AT_MOST_ONCE, "b");
        node.publish("t", AT_LEAST_ONCE, "c");
        client.connect();

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q1 #2 c");
        assertThat(client.info().dropped()).containsExactly(java.util.Map.entry(DropReason.QUEUE_LENGTH, 1L));
    }

    @Test
    void fullQueueDropsTheOldest() {
        config.maxQueueLength = 2;
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        for (String payload : new String[] {"a", "b", "c"}) {
            node.publish("t", AT_LEAST_ONCE, payload);
        }
        node.publish("t", AT_MOST_ONCE, "d");
        client.connect();

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 b", "PUBLISH t q1 #2 c");
        assertThat(node.dropped(DropReason.QUEUE_LENGTH)).isEqualTo(2);
    }

    @Test
    void fullQueueDropsTheNewestIfConfigured() {
        config.maxQueueLength = 2;
        config.dropPolicy = DropPolicy.NEWEST;
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        for (String payload : new String[] {"a", "b", "c"}) {
            node.publish("t", AT_LEAST_ONCE, payload);
        }
        client.connect();

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q1 #2 b");
    }

    @Test
    void queueIsBoundedInBytes() {
        config.maxQueueBytes = 300;
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        for (int i = 0; i < 4; i++) {
            node.publish("t", AT_LEAST_ONCE, "0123456789");
        }

        assertThat(client.info().queueBytes()).isEqualTo(2 * (96 + 1 + 10));
        assertThat(node.dropped(DropReason.QUEUE_BYTES)).isEqualTo(2);
        assertThat(node.sessions.stats().queuedBytes()).isEqualTo(2 * 107);
    }

    @Test
    void queuesOfAllSessionsAreBoundedTogether() {
        config.maxNodeQueueBytes = 300;
        TestClient one = subscriber("t", AT_LEAST_ONCE).lose();
        TestClient other = node.client("other")
                .expiry(60)
                .connect()
                .subscribe("t", AT_LEAST_ONCE)
                .lose();
        node.publish("t", AT_LEAST_ONCE, "0123456789");
        node.publish("t", AT_LEAST_ONCE, "0123456789");

        assertThat(one.info().queueLength() + other.info().queueLength()).isEqualTo(2);
        assertThat(node.dropped(DropReason.NODE_BYTES)).isEqualTo(2);
    }

    /** [MQTT-3.3.2-5]. */
    @Test
    void expiredMessagesLeaveTheQueueUnsent() {
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        TestClient publisher = node.client("pub").connect();
        publisher.publish("t", AT_LEAST_ONCE, 1, "short", false, 5);
        publisher.publish("t", AT_LEAST_ONCE, 2, "long", false, 50);
        node.shards.advanceMs(5_000);
        client.connect();

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 long");
        assertThat(client.info().dropped()).containsEntry(DropReason.EXPIRED, 1L);
    }

    @Test
    void expiredMessagesMakeRoomBeforeOthersAreDropped() {
        config.maxQueueLength = 2;
        TestClient client = subscriber("t", AT_LEAST_ONCE).lose();
        TestClient publisher = node.client("pub").connect();
        publisher.publish("t", AT_LEAST_ONCE, 1, "keep", false, -1);
        publisher.publish("t", AT_LEAST_ONCE, 2, "short", false, 5);
        node.shards.advanceMs(6_000);
        publisher.publish("t", AT_LEAST_ONCE, 3, "new", false, -1);
        client.connect();

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 keep", "PUBLISH t q1 #2 new");
    }

    /** [MQTT-3.1.2-24], [MQTT-3.1.2-25]. */
    @Test
    void tooLargeMessageCountsAsDelivered() {
        config.maxInflight = 1;
        TestClient client = subscriber("t", EXACTLY_ONCE);
        client.link().tooLarge(delivery -> delivery.message().payload().length > 3);

        node.publish("t", EXACTLY_ONCE, "large");
        node.publish("t", AT_MOST_ONCE, "large");
        node.publish("t", EXACTLY_ONCE, "ok");

        assertThat(client.packets()).hasSize(1).allMatch(line -> line.endsWith("ok"));
        assertThat(client.info().dropped()).containsEntry(DropReason.TOO_LARGE, 2L);
    }

    @Test
    void tooLargeForANewConnectionEndsTheFlow() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "large");
        node.publish("t", AT_LEAST_ONCE, "ok");
        client.lose();
        RecordingLink narrow = new RecordingLink();
        narrow.tooLarge(delivery -> delivery.message().payload().length > 3);

        client.connect(narrow);

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #2 ok dup");
        assertThat(client.info().inflight()).isEqualTo(1);
    }

    /** [MQTT-4.3.2-5]. */
    @Test
    void packetIdsAreUsedAgainOnceTheirFlowEnded() {
        TestClient client = subscriber("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "stays");
        for (int i = 0; i < 65_540; i++) {
            node.publish("t", AT_LEAST_ONCE, "x");
            client.puback(2 + i % 65_534);
            assertThat(client.info().inflight()).isEqualTo(1);
        }
        assertThat(client.packets())
                .hasSize(65_541)
                .contains("PUBLISH t q1 #65535 x")
                .doesNotContain("PUBLISH t q1 #0 x", "PUBLISH t q1 #1 x");
    }
}

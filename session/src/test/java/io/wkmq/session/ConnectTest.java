package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Tests how sessions begin, change hands and end, and the fate of wills. */
class ConnectTest {
    private static final long NEVER = ConnectRequest.NEVER;

    private final TestConfig config = new TestConfig();
    private final TestNode node = TestNode.inMemory(config);
    private final TestClient watcher = node.client("watcher").connect().subscribe("will/#", AT_MOST_ONCE);

    /** [MQTT-3.1.2-5], [MQTT-3.1.2-6], [MQTT-3.2.2-3]. */
    @Test
    void sessionIsPresentWhenItWasKept() {
        TestClient client = node.client("c").expiry(60);

        assertThat(client.connect().sessionPresent()).isFalse();
        client.subscribe("t", AT_LEAST_ONCE).lose();
        node.publish("t", AT_LEAST_ONCE, "while away");

        assertThat(client.connect().sessionPresent()).isTrue();
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 while away");
    }

    /** [MQTT-3.1.2-4], [MQTT-3.2.2-2]. */
    @Test
    void cleanStartDiscardsTheSession() {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        client.lose();

        assertThat(client.cleanStart(true).connect().sessionPresent()).isFalse();
        node.publish("t", AT_LEAST_ONCE, "m");

        assertThat(client.packets()).isEmpty();
        assertThat(client.info().subscriptions()).isEmpty();
        assertThat(node.routes.size()).isEqualTo(1); // the watcher's
    }

    /** [MQTT-3.1.2-23], [MQTT-4.1.0-2]. */
    @Test
    void sessionEndsWhenItsExpiryHasPassed() {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        client.lose();
        node.shards.advanceMs(59_999);
        assertThat(client.exists()).isTrue();

        node.shards.advanceMs(1);

        assertThat(client.exists()).isFalse();
        assertThat(node.directory.released()).containsExactly("c");
        assertThat(node.sessions.stats().subscriptions()).isEqualTo(1);
        assertThat(client.connect().sessionPresent()).isFalse();
    }

    @Test
    void sessionOfAConnectedClientDoesNotExpire() {
        TestClient client = node.client("c").expiry(60).connect();
        client.lose().connect();

        node.shards.advanceMs(3_600_000);

        assertThat(client.exists()).isTrue();
        assertThat(node.shards.timers()).isZero();
    }

    @Test
    void sessionThatNeverExpiresNeedsNoTimer() {
        TestClient client = node.client("c").expiry(NEVER).connect();
        client.lose();

        assertThat(node.shards.timers()).isZero();
        node.shards.advanceMs(365L * 86_400_000);
        assertThat(client.exists()).isTrue();
    }

    @Test
    void expiryIsLimitedByTheConfiguration() {
        config.expiryMaxSeconds = 10;
        TestNode strict = TestNode.inMemory(config);
        TestClient client = strict.client("c").expiry(NEVER).connect();

        assertThat(client.session().expirySeconds()).isEqualTo(10);
        client.disconnect(new DisconnectCause(false, 50));
        strict.shards.advanceMs(10_000);
        assertThat(client.exists()).isFalse();
    }

    @Test
    void disconnectMayChangeTheExpiry() {
        TestClient client = node.client("c").expiry(60).connect();
        client.disconnect(new DisconnectCause(false, 5));
        node.shards.advanceMs(5_000);
        assertThat(client.exists()).isFalse();

        client.connect().disconnect(new DisconnectCause(false, 0));
        assertThat(client.exists()).isFalse();
    }

    @Test
    void disconnectCannotGiveAnExpiryToASessionWithout() {
        TestClient client = node.client("c").connect();

        client.disconnect(new DisconnectCause(false, 60));

        assertThat(client.exists()).isFalse();
    }

    /** [MQTT-3.1.4-3]. */
    @Test
    void takeoverClosesTheOlderConnectionAndGoesOn() {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        node.publish("t", AT_LEAST_ONCE, "m");
        RecordingLink old = client.link();
        Session session = client.session();

        client.connect();
        assertThat(old.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(client.sessionPresent()).isTrue();
        assertThat(client.session()).isSameAs(session);

        client.act(s -> s.disconnected(old, DisconnectCause.LOST)); // late
        client.puback(1);
        node.publish("t", AT_LEAST_ONCE, "n");
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 m dup", "PUBLISH t q1 #2 n");
        assertThat(node.sessions.stats().connected()).isEqualTo(2);
    }

    @Test
    void takeoverOfASessionWithoutExpiryBeginsANewOne() {
        TestClient client = node.client("c").connect().subscribe("t", AT_LEAST_ONCE);
        RecordingLink old = client.link();

        client.expiry(60).connect();

        assertThat(old.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(client.sessionPresent()).isFalse();
        assertThat(client.info().subscriptions()).isEmpty();
        assertThat(node.directory.released()).isEmpty();
    }

    @Test
    void numberOfSessionsIsBounded() {
        config.maxSessions = 1;
        TestNode small = TestNode.inMemory(config);
        TestClient first = small.client("first").connect();
        TestClient second = small.client("second").connect();
        assertThat(second.refused()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(small.directory.released()).containsExactly("second");

        first.connect();
        assertThat(first.refused()).isNull();
        first.lose();
        assertThat(second.connect().refused()).isNull();
    }

    @Test
    void connectWaitsForTheClaim() {
        node.directory.atOnce(false);
        TestClient client = node.client("c").connect();
        assertThat(client.exists()).isFalse();

        node.directory.claims().get(0).complete(new Claimed(1, null));
        node.run();

        assertThat(client.exists()).isTrue();
    }

    @Test
    void claimThatFailsRefusesTheConnection() {
        node.directory.atOnce(false);
        TestClient client = node.client("c").connect();

        node.directory.claims().get(0).completeExceptionally(new IllegalStateException("no quorum"));
        node.run();

        assertThat(client.refused()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(client.exists()).isFalse();
    }

    @Test
    void ofRacingConnectsTheLastWins() {
        node.directory.atOnce(false);
        TestClient first = node.client("c").expiry(60).connect();
        TestClient second = node.client("c").expiry(60).connect();
        TestClient third = node.client("c").expiry(60).connect();
        assertThat(second.refused()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(node.directory.claims()).hasSize(1);

        node.directory.claims().get(0).complete(new Claimed(1, null));
        node.run();
        assertThat(first.sessionPresent()).isFalse();
        assertThat(first.link().closed()).isNull();

        node.directory.claims().get(1).complete(new Claimed(1, null));
        node.run();
        assertThat(first.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(third.sessionPresent()).isTrue();
        assertThat(third.info().connected()).isTrue();
    }

    @Test
    void aCallbackThatFailsDoesNotShutTheClientOut() {
        node.directory.atOnce(false);
        ConnectRequest request = new ConnectRequest("c", null, true, 0, 10, null);
        RecordingLink link = new RecordingLink();
        node.shards.on(
                0,
                () -> node.sessions.connect(request, link, new ConnectCallback() {
                    @Override
                    public void connected(Session session, boolean sessionPresent) {
                        throw new IllegalStateException("a bug");
                    }

                    @Override
                    public void refused(ReasonCode reason, String reasonString) {}
                }));
        node.directory.claims().get(0).complete(new Claimed(1, null));
        node.run();
        assertThat(link.closed()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
        assertThat(node.client("c").exists()).isFalse();

        node.directory.atOnce(true);
        assertThat(node.client("c").connect().exists()).isTrue();
    }

    @Test
    void sessionThatEndsDuringAClaimIsNotReleased() {
        TestClient client = node.client("c").expiry(1).connect();
        client.lose();
        node.directory.atOnce(false);
        client.connect();

        node.shards.advanceMs(1_000);
        assertThat(node.directory.released()).isEmpty();

        node.directory.claims().get(0).complete(new Claimed(1, null));
        node.run();
        assertThat(client.sessionPresent()).isFalse();
        assertThat(client.exists()).isTrue();
    }

    @Test
    void connackComesBeforeWhatIsOwed() {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        client.lose();
        node.publish("t", AT_LEAST_ONCE, "m");
        RecordingLink link = new RecordingLink();
        List<String> atConnack = new ArrayList<>();
        ConnectRequest request = new ConnectRequest("c", null, false, 60, 10, null);

        node.shards.on(
                0,
                () -> node.sessions.connect(request, link, new ConnectCallback() {
                    @Override
                    public void connected(Session session, boolean sessionPresent) {
                        atConnack.addAll(link.take());
                        atConnack.add("CONNACK " + sessionPresent);
                    }

                    @Override
                    public void refused(ReasonCode reason, String reasonString) {}
                }));

        assertThat(atConnack).containsExactly("CONNACK true");
        assertThat(link.take()).containsExactly("PUBLISH t q1 #1 m");
    }

    /** [MQTT-3.1.2-8]. */
    @Test
    void willIsPublishedWhenTheConnectionIsLost() {
        node.client("c").will(TestClient.will("will/c", "gone", 0)).connect().lose();

        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
    }

    /** [MQTT-3.14.4-3], [MQTT-3.1.2-10]. */
    @Test
    void disconnectDiscardsTheWill() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 5))
                .connect();
        client.disconnect();
        client.will(null).connect().lose();
        node.shards.advanceMs(100_000);

        assertThat(watcher.packets()).isEmpty();
    }

    /** [MQTT-3.1.2-15]. */
    @Test
    void retainedWillIsRetained() {
        Will will = new Will(
                io.wkmq.routing.TopicName.of("will/c"),
                new byte[] {'x'},
                AT_MOST_ONCE,
                true,
                io.wkmq.routing.MessageProperties.NONE,
                30,
                0);
        node.client("c").will(will).connect().lose();

        TestClient later = node.client("later").connect().subscribe("will/c", AT_MOST_ONCE);
        assertThat(later.packets()).containsExactly("PUBLISH will/c q0 x retain");
        node.shards.advanceMs(30_000);
        assertThat(later.subscribe("will/c", AT_MOST_ONCE).packets()).isEmpty();
    }

    @Test
    void willWaitsForItsDelay() {
        node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 10))
                .connect()
                .lose();
        node.shards.advanceMs(9_999);
        assertThat(watcher.packets()).isEmpty();

        node.shards.advanceMs(1);
        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
        node.shards.advanceMs(60_000);
        assertThat(watcher.packets()).isEmpty();
        assertThat(node.sessions.stats().sessions()).isEqualTo(1);
    }

    /** [MQTT-3.1.3-9]. */
    @Test
    void reconnectCancelsTheWill() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 10))
                .connect();
        client.lose();
        node.shards.advanceMs(5_000);
        client.will(null).connect();
        node.shards.advanceMs(60_000);

        assertThat(watcher.packets()).isEmpty();
    }

    @Test
    void endOfTheSessionCutsTheDelayShort() {
        node.client("c")
                .expiry(5)
                .will(TestClient.will("will/c", "gone", 10))
                .connect()
                .lose();

        node.shards.advanceMs(5_000);

        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
    }

    @Test
    void cleanStartDuringTheDelayPublishesTheWill() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 10))
                .connect();
        client.lose();

        client.will(null).cleanStart(true).connect();

        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
    }

    @Test
    void takeoverPublishesAWillWithoutDelayAndCancelsOneWith() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/now", "gone", 0))
                .connect();
        client.will(TestClient.will("will/later", "gone", 10)).connect();
        assertThat(watcher.packets()).containsExactly("PUBLISH will/now q0 gone");

        client.will(null).connect();
        node.shards.advanceMs(60_000);
        assertThat(watcher.packets()).isEmpty();
    }

    @Test
    void ownWillOfATakeoverComesAfterConnack() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 0))
                .connect();
        client.subscribe("will/c", AT_LEAST_ONCE);

        client.will(null).connect();

        assertThat(client.packets()).containsExactly("PUBLISH will/c q1 #1 gone");
    }

    @Test
    void kickClosesTheConnectionAndKeepsTheSession() {
        TestClient client = node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 0))
                .connect();
        List<Boolean> answers = new ArrayList<>();

        node.sessions.kick("c", ReasonCode.ADMINISTRATIVE_ACTION, answers::add);
        node.run();
        node.sessions.kick("c", ReasonCode.ADMINISTRATIVE_ACTION, answers::add);
        node.sessions.kick("nobody", ReasonCode.ADMINISTRATIVE_ACTION, answers::add);
        node.run();

        assertThat(answers).containsExactly(true, false, false);
        assertThat(client.link().closed()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        assertThat(client.info().connected()).isFalse();
        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
    }

    @Test
    void linkThatReportsItsEndWhileItIsClosedIsCountedOnce() {
        TestClient client = node.client("c").expiry(60).connect();
        client.link().onClose(() -> client.session().disconnected(client.link(), DisconnectCause.LOST));

        node.sessions.kick("c", ReasonCode.ADMINISTRATIVE_ACTION, kicked -> {});
        node.run();
        assertThat(node.sessions.stats().connected()).isEqualTo(1); // the watcher

        client.connect();
        RecordingLink old = client.link();
        Session session = client.session();
        old.onClose(() -> session.disconnected(old, DisconnectCause.LOST));
        client.connect();
        assertThat(client.info().connected()).isTrue();
        assertThat(node.sessions.stats().connected()).isEqualTo(2);
    }

    @Test
    void theEndOfASessionClosesItsConnectionWithTheReason() {
        TestClient client = node.client("c").expiry(60).connect();

        node.endSession("c", ReasonCode.SESSION_TAKEN_OVER);
        node.run();

        assertThat(client.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(client.exists()).isFalse();
    }

    @Test
    void everySessionIsShownOnce() {
        TestNode wide = new TestNode(config, 3, new ManualClock(TestNode.START_MS), null);
        for (int i = 0; i < 1000; i++) {
            wide.client("c" + i).connect();
        }
        List<String> seen = new ArrayList<>();
        List<String> end = new ArrayList<>();

        wide.sessions.forEach(info -> seen.add(info.clientId()), () -> end.add("done"));
        wide.run();

        assertThat(seen).hasSize(1000).doesNotHaveDuplicates();
        assertThat(end).containsExactly("done");
        assertThat(wide.sessions.stats().connected()).isEqualTo(1000);
    }

    @Test
    void closedNodeTakesNoConnection() {
        CompletionStage<Void> closed = node.sessions.drain();
        node.run();
        assertThat(closed).isCompleted();

        assertThat(node.client("late").connect().refused()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
    }
}

package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.SessionStore.StoredDelivery.State;
import org.junit.jupiter.api.Test;

/** Tests what waits for the store, in which order it is written, and what a restart restores. */
class DurableSessionTest {
    private final MemoryStore store = new MemoryStore();
    private TestNode node = TestNode.with(store);
    private TestClient publisher = node.client("pub").connect();

    private TestClient subscriber() {
        return node.client("sub").expiry(3600).connect().subscribe("t", EXACTLY_ONCE);
    }

    /** The node dies; what no completed flush covers is lost. */
    private void crash() {
        store.crash(0);
        node = node.restarted(store);
        publisher = node.client("pub").connect();
    }

    @Test
    void cleanSessionsNeverTouchTheStore() {
        TestClient client = node.client("c").connect().subscribe("t", EXACTLY_ONCE);
        publisher.publish("t", EXACTLY_ONCE, 1, "a").pubrel(1);
        client.pubrec(1).pubcomp(1).unsubscribe("t").lose();

        assertThat(store.flushed()).isZero();
        assertThat(store.unflushed()).isZero();
    }

    @Test
    void publisherWaitsForTheStoreOfADurableSubscriber() {
        TestClient client = subscriber();
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");

        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a");
        assertThat(publisher.packets()).isEmpty();
        store.completeAll();
        node.run();
        assertThat(publisher.packets()).containsExactly("PUBACK 1 SUCCESS");
    }

    @Test
    void publisherDoesNotWaitForQos0() {
        subscriber();
        store.flushesAtOnce(false);

        publisher.publish("t", AT_MOST_ONCE, 0, "a");
        node.client("q0").expiry(60).connect();

        assertThat(store.kept("sub").deliveries).isEmpty();
    }

    @Test
    void oneTurnOfTheLoopAsksForOneFlush() {
        subscriber();
        node.client("sub2").expiry(3600).connect().subscribe("t", AT_LEAST_ONCE);
        int before = store.flushed();
        node.runLater();

        for (int i = 1; i <= 50; i++) {
            publisher.publish("t", AT_LEAST_ONCE, i, "m");
        }
        node.run();

        assertThat(store.flushed()).isEqualTo(before + 1);
        assertThat(publisher.packets()).hasSize(50);
        assertThat(store.kept("sub").deliveries).hasSize(50);
    }

    @Test
    void flushThatFailsFailsThePublish() {
        subscriber();
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");

        store.failOne("disk full");
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
    }

    @Test
    void unwritableStoreTakesNoMessageAndNoSubscription() {
        TestClient client = subscriber();
        TestClient clean = node.client("clean").connect().subscribe("t", AT_LEAST_ONCE);
        client.subacks();
        store.writable(false);

        publisher.publish("t", AT_LEAST_ONCE, 1, "a").publish("t", AT_MOST_ONCE, 0, "b");
        client.subscribe("other", AT_LEAST_ONCE);

        assertThat(publisher.packets()).containsExactly("PUBACK 1 UNSPECIFIED_ERROR");
        assertThat(client.packets()).containsExactly("PUBLISH t q0 b");
        assertThat(client.subacks()).containsExactly(ReasonCode.QUOTA_EXCEEDED);
        assertThat(clean.packets()).containsExactly("PUBLISH t q1 #1 a", "PUBLISH t q0 b");
        assertThat(client.info().dropped()).containsEntry(DropReason.STORE_UNAVAILABLE, 1L);
    }

    @Test
    void retainedMessagesWaitUntilTheStoreIsWritable() {
        for (int i = 1; i <= 3; i++) {
            node.retain("r/" + i, AT_LEAST_ONCE, "m" + i);
        }
        TestClient client = node.client("sub").expiry(60).connect();
        client.link().writableFor(1);
        client.subscribe("r/#", AT_LEAST_ONCE);
        store.writable(false);
        client.link().writable(true);
        client.act(Session::linkWritable);
        node.shards.advanceMs(10_000);
        assertThat(client.packets()).containsExactly("PUBLISH r/1 q1 #1 m1 retain");
        assertThat(store.kept("sub").deliveries).hasSize(1);
        assertThat(node.shards.timers()).isEqualTo(1);

        store.writable(true);
        node.shards.advanceMs(1_000);

        assertThat(client.packets()).containsExactly("PUBLISH r/2 q1 #2 m2 retain", "PUBLISH r/3 q1 #3 m3 retain");
        assertThat(store.kept("sub").deliveries).hasSize(3);
        assertThat(node.shards.timers()).isZero();
    }

    @Test
    void unwritableStoreRefusesQos2OfADurablePublisher() {
        TestClient client = node.client("durable").expiry(60).connect();
        store.writable(false);

        client.publish("t", EXACTLY_ONCE, 1, "a");

        assertThat(client.packets()).containsExactly("PUBREC 1 QUOTA_EXCEEDED");
    }

    /** The order that keeps QoS 2 exactly once over a crash. */
    @Test
    void qos2PacketsWaitForWhatTheyRestOn() {
        TestClient client = subscriber();
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 1, "a").publish("t", EXACTLY_ONCE, 2, "b");
        assertThat(client.packets()).isEmpty();

        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #1 a", "PUBLISH t q2 #2 b");
        assertThat(store.state("sub", 1)).isEqualTo(State.SENT);

        client.pubrec(1);
        assertThat(client.packets()).isEmpty();
        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBREL 1 SUCCESS");
        assertThat(store.state("sub", 1)).isEqualTo(State.RELEASED);

        client.pubcomp(1);
        store.completeAll();
        assertThat(store.kept("sub").deliveries).containsOnlyKeys(2L);
    }

    @Test
    void otherTrafficDoesNotLetQos2OutBeforeTheStoreHasIt() {
        TestClient client = subscriber();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        client.packets();
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 2, "b");

        client.puback(1).act(Session::linkWritable);
        assertThat(client.packets()).isEmpty();
        client.lose().connect();
        assertThat(client.packets()).isEmpty();

        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #2 b");
    }

    @Test
    void laterMessagesDoNotOvertakeQos2ThatWaitsForTheStore() {
        TestClient client = subscriber();
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 1, "a");
        publisher.publish("t", AT_LEAST_ONCE, 2, "b").publish("t", AT_MOST_ONCE, 0, "c");
        assertThat(client.packets()).containsExactly("PUBLISH t q0 c"); // another QoS, another order [MQTT-4.6.0-6]

        store.completeAll();
        node.run();

        assertThat(client.packets()).containsExactly("PUBLISH t q2 #1 a", "PUBLISH t q1 #2 b");
    }

    @Test
    void quotaGoesToWhatIsDueBeforeItGoesToNewMessages() {
        TestClient client = subscriber();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 2, "b").publish("t", EXACTLY_ONCE, 3, "c");
        client.lose().receiveMaximum(1).connect();
        assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a dup");

        client.puback(1);
        publisher.publish("t", EXACTLY_ONCE, 4, "d");
        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #2 b");
        client.pubrec(2, ReasonCode.UNSPECIFIED_ERROR).pubrec(3, ReasonCode.UNSPECIFIED_ERROR);
        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBLISH t q2 #3 c", "PUBLISH t q2 #4 d");
    }

    @Test
    void pubcompOfADurablePublisherWaitsUntilItsPacketIdIsForgotten() {
        TestClient client = node.client("durable").expiry(60).connect();
        store.flushesAtOnce(false);
        client.publish("t", EXACTLY_ONCE, 5, "a");
        assertThat(client.packets()).containsExactly("PUBREC 5 NO_MATCHING_SUBSCRIBERS");
        store.completeAll();
        assertThat(store.kept("durable").awaitingRelease).containsExactly(5);

        client.pubrel(5);
        assertThat(client.packets()).isEmpty();
        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBCOMP 5 SUCCESS");
        assertThat(store.kept("durable").awaitingRelease).isEmpty();
    }

    @Test
    void pubcompToARepeatedPubrelWaitsToo() {
        TestClient client = node.client("durable").expiry(60).connect();
        client.publish("t", EXACTLY_ONCE, 5, "a");
        store.flushesAtOnce(false);
        client.pubrel(5).lose().connect().pubrel(5);
        assertThat(client.packets()).isEmpty();

        store.completeAll();
        node.run();
        assertThat(client.packets()).containsExactly("PUBCOMP 5 PACKET_IDENTIFIER_NOT_FOUND");
        assertThat(store.kept("durable").awaitingRelease).isEmpty();
    }

    @Test
    void nothingIsLeftInTheStoreWhenAllIsAcknowledged() {
        TestClient client = subscriber();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a").publish("t", EXACTLY_ONCE, 2, "b");
        client.puback(1).pubrec(2).pubcomp(2);

        assertThat(store.kept("sub").deliveries).isEmpty();
        client.disconnect(new DisconnectCause(false, 0));
        assertThat(store.disk()).isEmpty();
    }

    @Test
    void whatAFullQueueDropsLeavesTheStoreToo() {
        TestConfig config = new TestConfig();
        config.maxQueueLength = 1;
        TestNode small = new TestNode(config, 1, new ManualClock(TestNode.START_MS), store);
        TestClient client = small.client("sub").expiry(3600).connect().subscribe("t", AT_LEAST_ONCE);
        client.lose();

        small.publish("t", AT_LEAST_ONCE, "a");
        small.publish("t", AT_LEAST_ONCE, "b");

        assertThat(store.kept("sub").deliveries).containsOnlyKeys(2L);
    }

    @Test
    void resumedWithoutExpiryTheSessionLeavesTheStore() {
        TestClient client = subscriber();
        client.lose();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");

        client.expiry(0).connect();

        assertThat(client.sessionPresent()).isTrue();
        assertThat(store.disk()).isEmpty();
        client.puback(1);
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 2, "b");
        assertThat(publisher.packets()).endsWith("PUBACK 2 SUCCESS");
    }

    @Test
    void restartBringsBackSubscriptionsQueueAndFlows() {
        TestClient client = subscriber();
        publisher
                .publish("t", EXACTLY_ONCE, 1, "a")
                .publish("t", AT_LEAST_ONCE, 2, "b")
                .publish("t", EXACTLY_ONCE, 3, "c");
        client.pubrec(1);
        client.lose();
        publisher.publish("t", AT_LEAST_ONCE, 4, "d");

        crash();
        client = node.client("sub").expiry(3600).connect();
        publisher.publish("t", AT_LEAST_ONCE, 1, "e");

        assertThat(client.sessionPresent()).isTrue();
        assertThat(client.packets())
                .containsExactly(
                        "PUBREL 1 SUCCESS",
                        "PUBLISH t q1 #2 b dup",
                        "PUBLISH t q2 #3 c dup",
                        "PUBLISH t q1 #4 d",
                        "PUBLISH t q1 #5 e");
        assertThat(client.info().createdAtMs()).isEqualTo(TestNode.START_MS);
    }

    @Test
    void restartRemembersPacketIdsThatAwaitPubrel() {
        TestClient client = node.client("durable").expiry(60).connect();
        client.publish("t", EXACTLY_ONCE, 5, "a");
        crash();
        TestClient watcher = node.client("watcher").connect().subscribe("t", AT_MOST_ONCE);

        client = node.client("durable").expiry(60).connect();
        client.publish("t", EXACTLY_ONCE, 5, "a").pubrel(5);

        assertThat(client.packets()).containsExactly("PUBREC 5 SUCCESS", "PUBCOMP 5 SUCCESS");
        assertThat(watcher.packets()).isEmpty();
    }

    @Test
    void messageThatWasNotFlushedWasNotAcknowledgedEither() {
        subscriber();
        store.flushesAtOnce(false);
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        assertThat(publisher.packets()).isEmpty();

        crash();
        store.flushesAtOnce(true);

        TestClient client = node.client("sub").expiry(3600).connect();
        assertThat(client.packets()).isEmpty();
    }

    @Test
    void expiryIsCountedOverTheDowntime() {
        subscriber().lose();
        node.clock.advanceMs(3_600_000 - 1);
        crash();
        assertThat(node.client("sub").exists()).isTrue();
        node.shards.advanceMs(1);

        assertThat(node.client("sub").exists()).isFalse();
        assertThat(store.disk()).isEmpty();
    }

    @Test
    void sessionThatExpiredDuringTheDowntimeEndsAtTheStart() {
        subscriber().lose();
        node.clock.advanceMs(3_600_001);

        crash();
        node.shards.advanceMs(0);

        assertThat(node.client("sub").exists()).isFalse();
        assertThat(node.routes.size()).isZero();
    }

    @Test
    void expiryOfAClientThatWasConnectedBeginsAtTheRestart() {
        subscriber();
        node.clock.advanceMs(10_000_000);
        crash();
        node.shards.advanceMs(3_599_999);
        assertThat(node.client("sub").exists()).isTrue();

        crash(); // counted on, not begun again
        node.shards.advanceMs(1);
        assertThat(node.client("sub").exists()).isFalse();
    }

    @Test
    void willOfAClientThatWasConnectedAtTheCrashIsPublished() {
        node.client("watcher").expiry(60).connect().subscribe("will/#", AT_LEAST_ONCE);
        node.client("now")
                .expiry(60)
                .will(TestClient.will("will/now", "gone", 0))
                .connect();
        node.client("late")
                .expiry(60)
                .will(TestClient.will("will/late", "gone", 10))
                .connect();
        node.client("back")
                .expiry(60)
                .will(TestClient.will("will/back", "gone", 10))
                .connect();

        crash();
        TestClient watcher = node.client("watcher").expiry(60).connect();
        node.client("back").expiry(60).connect();
        assertThat(watcher.packets()).containsExactly("PUBLISH will/now q1 #1 gone");
        node.shards.advanceMs(10_000);
        assertThat(watcher.packets()).containsExactly("PUBLISH will/late q1 #2 gone");

        crash(); // published wills are not published again
        watcher = node.client("watcher").expiry(60).connect();
        assertThat(watcher.packets())
                .containsExactly("PUBLISH will/now q1 #1 gone dup", "PUBLISH will/late q1 #2 gone dup");
    }

    @Test
    void willDelayGoesOnOverARestart() {
        node.client("c")
                .expiry(60)
                .will(TestClient.will("will/c", "gone", 10))
                .connect()
                .lose();
        node.clock.advanceMs(4_000);
        crash();
        TestClient watcher = node.client("watcher").connect().subscribe("will/#", AT_MOST_ONCE);
        node.shards.advanceMs(5_999);
        assertThat(watcher.packets()).isEmpty();

        node.shards.advanceMs(1);
        assertThat(watcher.packets()).containsExactly("PUBLISH will/c q0 gone");
    }

    @Test
    void membershipsAndTheirMessagesSurvive() {
        TestClient one = node.client("one").expiry(60).connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        one.lose();
        publisher.publish("t", AT_LEAST_ONCE, 1, "a");
        crash();
        TestClient two = node.client("two").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        assertThat(node.sessions.stats().sharedSubscriptions()).isEqualTo(2);

        node.shards.advanceMs(60_000);

        assertThat(two.packets()).containsExactly("PUBLISH t q1 #1 a");
    }

    @Test
    void shardsRestoreTheirOwnSessions() {
        TestNode wide = new TestNode(new TestConfig(), 4, new ManualClock(TestNode.START_MS), store);
        for (int i = 0; i < 20; i++) {
            wide.client("sub" + i)
                    .expiry(60)
                    .connect()
                    .subscribe("t", AT_LEAST_ONCE)
                    .lose();
        }
        wide.client("pub").connect().publish("t", AT_LEAST_ONCE, 1, "a");
        store.crash(0);
        wide = wide.restarted(store);

        for (int i = 0; i < 20; i++) {
            TestClient client = wide.client("sub" + i).expiry(60).connect();
            assertThat(client.packets()).containsExactly("PUBLISH t q1 #1 a");
        }
        assertThat(wide.sessions.stats().sessions()).isEqualTo(20);
    }
}

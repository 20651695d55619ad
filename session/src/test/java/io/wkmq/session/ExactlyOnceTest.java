package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Tests QoS 2 from a durable publisher to durable subscribers: the message and its packet id are stored atomically. */
class ExactlyOnceTest {
    private static final int SHARDS = 2;

    private final MemoryStore store = new MemoryStore();
    private TestNode node = new TestNode(new TestConfig(), SHARDS, new ManualClock(TestNode.START_MS), store);
    private final TestClient publisher = client("pub", shard -> true).connect();

    private TestClient client(String prefix, IntPredicate shard) {
        return client(node, prefix, shard);
    }

    private static TestClient client(TestNode node, String prefix, IntPredicate shard) {
        for (int i = 0; ; i++) {
            TestClient candidate = node.client(prefix + i).expiry(3600);
            if (shard.test(candidate.shard())) {
                return candidate;
            }
        }
    }

    private TestClient near() {
        return client("near", shard -> shard == publisher.shard()).connect().subscribe("#", EXACTLY_ONCE);
    }

    private TestClient far() {
        return client("far", shard -> shard != publisher.shard()).connect().subscribe("#", EXACTLY_ONCE);
    }

    private void complete() {
        while (store.waitingFlushes() > 0) {
            store.completeAll();
            node.run();
        }
    }

    private static int owed(MemoryStore store, TestClient client) {
        return store.kept(client.clientId()).deliveries.size();
    }

    @Test
    void pubrecAndThePublishesWaitForOneFlush() {
        TestClient near = near();
        TestClient far = far();
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 5, "a");
        assertThat(publisher.packets()).isEmpty();
        assertThat(near.packets()).isEmpty();
        assertThat(far.packets()).isEmpty();
        assertThat(store.waitingFlushes()).isEqualTo(1);

        store.completeOne();
        node.run();

        assertThat(store.kept(publisher.clientId()).awaitingRelease).containsExactly(5);
        assertThat(publisher.packets()).containsExactly("PUBREC 5 SUCCESS");
        assertThat(near.packets()).containsExactly("PUBLISH t q2 #1 a");
        assertThat(far.packets()).containsExactly("PUBLISH t q2 #1 a");
    }

    @Test
    void nothingIsStoredBeforeAllTakersHaveTheMessage() {
        TestClient near = near();
        TestClient far = far();
        node.runLater();
        publisher.publish("t", EXACTLY_ONCE, 5, "a");
        while (node.shards.runOne(publisher.shard())) {
            // the other shard does not open its mail meanwhile
        }
        assertThat(owed(store, near)).isZero();
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();

        node.run();
        assertThat(owed(store, near)).isEqualTo(1);
        assertThat(owed(store, far)).isEqualTo(1);
        assertThat(store.kept(publisher.clientId()).awaitingRelease).containsExactly(5);
    }

    @Test
    void pubrecWaitsForNoFlushIfNobodyStoresTheMessage() {
        node.client("clean").connect().subscribe("#", EXACTLY_ONCE);
        store.flushesAtOnce(false);

        publisher.publish("t", EXACTLY_ONCE, 5, "a");

        assertThat(publisher.packets()).containsExactly("PUBREC 5 SUCCESS");
        complete();
        assertThat(store.kept(publisher.clientId()).awaitingRelease).containsExactly(5);
    }

    @Test
    void subscriberOfQos1GetsTheMessageAtOnceButIsPartOfThePiece() {
        TestClient sub = client("sub", shard -> true).connect().subscribe("#", AT_LEAST_ONCE);
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 5, "a");
        assertThat(sub.packets()).containsExactly("PUBLISH t q1 #1 a");
        assertThat(publisher.packets()).isEmpty();
        sub.lose().connect();
        assertThat(sub.packets()).containsExactly("PUBLISH t q1 #1 a dup");

        sub.puback(1);
        complete();

        assertThat(owed(store, sub)).isZero();
        assertThat(publisher.packets()).containsExactly("PUBREC 5 SUCCESS");
    }

    /** What was queued under the hold starts before it ends: both must be stored, the message and its packet id. */
    @Test
    void messageThatLeavesTheQueueWhileItIsHeldWaitsForBoth() {
        CompletableFuture<Long> append = slow("slow");
        TestClient sub = near();
        sub.link().writable(false);
        publisher.publish("slow", EXACTLY_ONCE, 5, "a");
        sub.link().writable(true);
        sub.act(Session::linkWritable);
        assertThat(sub.info().inflight()).isEqualTo(1);
        assertThat(sub.packets()).isEmpty();

        store.flushesAtOnce(false);
        append.complete(1L);
        node.run();
        assertThat(sub.packets()).isEmpty();
        complete();
        assertThat(sub.packets()).containsExactly("PUBLISH slow q2 #1 a");
        assertThat(store.state(sub.clientId(), 1)).isEqualTo(SessionStore.StoredDelivery.State.SENT);
    }

    private CompletableFuture<Long> slow(String topic) {
        return node.otherNodeWants(topic);
    }

    /** Else, after a crash, the client would send the first again, behind the second. */
    @Test
    void packetIdsAreStoredInTheOrderInWhichTheyCame() {
        TestClient sub = near();
        CompletableFuture<Long> append = slow("slow");

        publisher.publish("slow", EXACTLY_ONCE, 1, "a").publish("fast", EXACTLY_ONCE, 2, "b");
        assertThat(owed(store, sub)).isZero();
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();
        publisher.publish("fast", AT_LEAST_ONCE, 3, "c");
        assertThat(owed(store, sub)).as("of another QoS").isEqualTo(1);

        append.complete(1L);
        node.run();
        assertThat(owed(store, sub)).isEqualTo(3);
        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS", "PUBREC 2 SUCCESS", "PUBACK 3 SUCCESS");
    }

    @Test
    void handOverThatFailsLetsTheOthersKeepTheMessageWithoutThePacketId() {
        TestClient sub = near();
        CompletableFuture<Long> append = slow("slow");
        publisher.publish("slow", EXACTLY_ONCE, 1, "a");

        append.completeExceptionally(new IllegalStateException("no quorum"));
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBREC 1 UNSPECIFIED_ERROR");
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();
        assertThat(owed(store, sub)).isEqualTo(1);
        assertThat(sub.packets()).containsExactly("PUBLISH slow q2 #1 a");
        assertThat(store.openHolds()).isZero();
    }

    @Test
    void messageThatTheStoreDoesNotTakeIsNotAcknowledged() {
        TestClient far = far();
        store.refuses(true);

        publisher.publish("t", EXACTLY_ONCE, 1, "a");

        assertThat(publisher.packets()).containsExactly("PUBREC 1 UNSPECIFIED_ERROR");
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();
        assertThat(far.packets()).as("from memory").containsExactly("PUBLISH t q2 #1 a");
        store.refuses(false);
        publisher.publish("t", EXACTLY_ONCE, 1, "b");
        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
    }

    @Test
    void flushThatFailsForgetsThePacketId() {
        TestClient sub = near();
        store.flushesAtOnce(false);
        publisher.publish("t", EXACTLY_ONCE, 1, "a");

        store.failOne("disk full");
        node.run();
        complete();

        assertThat(publisher.packets()).containsExactly("PUBREC 1 UNSPECIFIED_ERROR");
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();
        assertThat(sub.packets()).containsExactly("PUBLISH t q2 #1 a");
    }

    @Test
    void endOfThePublishersSessionEndsWhatItHolds() {
        TestClient sub = near();
        CompletableFuture<Long> append = slow("slow");
        publisher.publish("slow", EXACTLY_ONCE, 1, "a").publish("fast", EXACTLY_ONCE, 2, "b");
        publisher.cleanStart(true).connect();

        append.complete(1L);
        node.run();

        assertThat(store.openHolds()).isZero();
        assertThat(store.kept(publisher.clientId()).awaitingRelease).isEmpty();
        assertThat(owed(store, sub)).isEqualTo(2);
        assertThat(sub.packets()).containsExactly("PUBLISH slow q2 #1 a", "PUBLISH fast q2 #2 b");
        publisher.publish("t", EXACTLY_ONCE, 1, "c");
        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
    }

    @Test
    void publisherThatWillNotComeBackWaitsForItsSubscribersAllTheSame() {
        TestClient sub = near();
        CompletableFuture<Long> append = slow("slow");
        publisher.publish("slow", EXACTLY_ONCE, 1, "a").lose();
        publisher.expiry(0).connect();
        publisher.publish("slow", EXACTLY_ONCE, 1, "a");
        store.flushesAtOnce(false);

        append.complete(1L);
        node.run();
        assertThat(publisher.packets()).isEmpty();
        complete();

        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
        assertThat(owed(store, sub)).isEqualTo(1);
        assertThat(store.disk()).doesNotContainKey(publisher.clientId());
    }

    @Test
    void subscriberWhoseSessionEndsMeanwhileLeavesNothing() {
        CompletableFuture<Long> append = slow("slow");
        TestClient sub = near();
        publisher.publish("slow", EXACTLY_ONCE, 1, "a");
        sub.disconnect(new DisconnectCause(false, 0));

        append.complete(1L);
        node.run();

        assertThat(publisher.packets()).containsExactly("PUBREC 1 SUCCESS");
        assertThat(store.disk()).doesNotContainKey(sub.clientId());
        assertThat(store.kept(publisher.clientId()).awaitingRelease).containsExactly(1);
        assertThat(store.openHolds()).isZero();
    }

    /** Who of shard 0, shard 1 and the store works first. */
    private static final List<List<Integer>> ORDERS =
            List.of(List.of(0, 1, 2), List.of(1, 0, 2), List.of(2, 0, 1), List.of(2, 1, 0));

    @Test
    void aCrashAtAnyPointLosesAndRepeatsNothing() {
        int crashes = 0;
        for (List<Integer> order : ORDERS) {
            boolean more = true;
            for (int steps = 0; more; steps++) {
                int unflushed = 0;
                for (int survivors = 0; survivors <= unflushed; survivors++) {
                    Story story = new Story(order, steps);
                    unflushed = story.store.unflushed();
                    more = !story.over;
                    story.crash(survivors);
                    crashes++;
                }
            }
        }
        assertThat(crashes).as("points tried out").isGreaterThan(50);
    }

    /** Two messages; the first is answered up to PUBREL before the node dies, unless it dies earlier. */
    private static final class Story {
        private final String name;
        private final MemoryStore store = new MemoryStore();
        private final TestNode node = new TestNode(new TestConfig(), SHARDS, new ManualClock(TestNode.START_MS), store);
        private final TestClient publisher = client(node, "pub", shard -> shard == 0);
        private final List<TestClient> subscribers = List.of(
                client(node, "near", shard -> shard == 0),
                client(node, "far", shard -> shard == 1),
                client(node, "absent", shard -> shard == 1));
        private final List<List<String>> got = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        private final List<String> answers = new ArrayList<>();
        private boolean over;

        Story(List<Integer> order, int steps) {
            name = "order " + order + " steps " + steps;
            publisher.connect();
            subscribers.forEach(subscriber -> subscriber.connect().subscribe("#", EXACTLY_ONCE));
            subscribers.get(2).lose();
            node.runLater();
            store.flushesAtOnce(false);
            publisher.publish("t", EXACTLY_ONCE, 1, "a").publish("t", EXACTLY_ONCE, 2, "b");
            for (int step = 0; step < steps && !over; step++) {
                over = !step(order);
                List<String> packets = publisher.packets();
                answers.addAll(packets);
                if (packets.contains("PUBREC 1 SUCCESS")) {
                    publisher.pubrel(1);
                }
            }
            read();
        }

        private boolean step(List<Integer> order) {
            for (int who : order) {
                if (who < SHARDS) {
                    if (node.shards.runOne(who)) {
                        return true;
                    }
                } else if (store.waitingFlushes() > 0) {
                    store.completeOne();
                    return true;
                }
            }
            return false;
        }

        private void read() {
            for (int i = 0; i < got.size(); i++) {
                got.get(i).addAll(subscribers.get(i).packets());
            }
        }

        void crash(int survivors) {
            store.crash(survivors);
            store.flushesAtOnce(true);
            TestNode restarted = node.restarted(store);
            TestClient again =
                    restarted.client(publisher.clientId()).expiry(3600).connect();
            for (int id = 1; id <= 2; id++) {
                if (!answers.contains("PUBREC " + id + " SUCCESS")) {
                    again.publish("t", EXACTLY_ONCE, id, id == 1 ? "a" : "b");
                }
                again.pubrel(id);
            }
            for (int i = 0; i < got.size(); i++) {
                String clientId = subscribers.get(i).clientId();
                TestClient subscriber = restarted.client(clientId).expiry(3600).connect();
                // what came before the crash comes again under the same packet id, or not at all
                assertThat(subscriber.packets())
                        .as("%s survivors %s: to %s, before %s", name, survivors, clientId, got.get(i))
                        .map(packet -> packet.replace(" dup", ""))
                        .containsExactly("PUBLISH t q2 #1 a", "PUBLISH t q2 #2 b");
            }
            assertThat(store.kept(again.clientId()).awaitingRelease).isEmpty();
        }
    }
}

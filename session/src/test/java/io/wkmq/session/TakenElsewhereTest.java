package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the fate of a client's session and connection when the client connects to another node. */
class TakenElsewhereTest {
    private static final long NEWER = 1_000;

    private final TestNode node = TestNode.inMemory();

    private void giveUp(TestNode at, String clientId, long epoch) {
        boolean[] done = {false};
        at.sessions.giveUp(clientId, epoch, () -> done[0] = true);
        at.run();
        assertThat(done[0]).as("the other node is answered").isTrue();
    }

    @Test
    void newerClaimEndsConnectionAndSession() {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);

        giveUp(node, "c", NEWER);

        assertThat(client.link().closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(client.exists()).isFalse();
        assertThat(node.directory.released()).containsExactly("c");
        assertThat(node.sessions.stats().connected()).isZero();
    }

    @Test
    void newerClaimEndsASessionWithoutAConnection() {
        TestClient client = node.client("c").expiry(60).connect();
        client.lose();

        giveUp(node, "c", NEWER);

        assertThat(client.exists()).isFalse();
    }

    @Test
    void olderClaimIsNoReasonToGiveUp() {
        TestClient client = node.client("c").connect();

        giveUp(node, "c", 0);

        assertThat(client.link().closed()).isNull();
        assertThat(client.exists()).isTrue();
    }

    @Test
    void clientThatIsNotHereIsGivenUpAtOnce() {
        giveUp(node, "nobody", NEWER);
        assertThat(node.directory.released()).isEmpty();
    }

    @Test
    void willOfTheSessionThatEndsIsPublished() {
        TestClient watcher = node.client("watcher").connect().subscribe("w", AT_LEAST_ONCE);
        node.client("c").expiry(60).will(TestClient.will("w", "gone", 30)).connect();

        giveUp(node, "c", NEWER);

        assertThat(watcher.packets()).containsExactly("PUBLISH w q1 #1 gone");
    }

    @Test
    void claimThatAnotherNodeWinsRefusesTheConnection() {
        node.directory.atOnce(false);
        TestClient client = node.client("c").connect();

        node.directory.claims().get(0).completeExceptionally(new TakenElsewhereException("c"));
        node.run();

        assertThat(client.refused()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(client.exists()).isFalse();
    }

    @Test
    void claimUnderWayIsLeftToTheDirectory() {
        node.directory.atOnce(false);
        TestClient client = node.client("c").connect();

        giveUp(node, "c", NEWER);
        node.directory.claims().get(0).complete(new Claimed(NEWER + 1, null));
        node.run();

        assertThat(client.refused()).isNull();
        assertThat(client.exists()).isTrue();
    }

    @Test
    void connectThatWaitsForTheStoreIsRefused() {
        MemoryStore store = new MemoryStore();
        store.flushesAtOnce(false);
        TestNode durable = TestNode.with(store);
        TestClient client = durable.client("c").expiry(60).connect();

        giveUp(durable, "c", NEWER);
        assertThat(client.refused())
                .as("before its connection is closed with the session")
                .isEqualTo(ReasonCode.SERVER_BUSY);
        while (store.waitingFlushes() > 0) {
            store.completeOne();
            durable.run();
        }

        assertThat(client.opened()).isFalse();
        assertThat(client.refused()).isEqualTo(ReasonCode.SERVER_BUSY);
        assertThat(client.exists()).isFalse();
        assertThat(store.disk()).isEmpty();
        assertThat(durable.directory.released()).containsExactly("c");
    }

    @Test
    void epochOfTheClaimOutlivesTheNode() {
        MemoryStore store = new MemoryStore();
        TestNode durable = TestNode.with(store);
        durable.directory.atOnce(false);
        durable.client("c").expiry(60).connect();
        durable.directory.claims().get(0).complete(new Claimed(77, null));
        durable.run();

        TestNode restarted = durable.restarted(store);

        assertThat(restarted.directory.restored()).containsEntry("c", 77L).hasSize(1);
    }

    @Test
    void willThatWouldDieWithTheNodeIsGuardedUntilItIsVoid() {
        TestClient client =
                node.client("c").will(TestClient.will("w", "gone", 30)).connect();
        assertThat(node.directory.guarded()).containsExactly("c w after 0"); // the session ends with the connection

        client.disconnect();
        assertThat(node.directory.guarded()).containsExactly("c nothing");

        client.connect().lose();
        assertThat(node.directory.guarded()).containsExactly("c w after 0", "c nothing");
    }

    @Test
    void willThatIsStoredIsGuardedToo() {
        TestNode durable = TestNode.with(new MemoryStore());
        TestClient client = durable.client("c").expiry(20).will(TestClient.will("w", "gone", 30));
        client.connect();
        assertThat(durable.directory.claimedWith()).containsExactly("c w after 20");
        assertThat(durable.directory.guarded()).containsExactly("c w after 20");

        client.lose();
        assertThat(durable.directory.guarded()).as("it waits for its delay").isEmpty();
        client.will(null).connect();
        assertThat(durable.directory.guarded()).containsExactly("c nothing");
    }

    @Test
    void claimTellsOfTheWillThatWouldDieWithTheNode() {
        node.client("c").will(TestClient.will("w", "gone", 30)).connect();
        node.client("d").expiry(20).will(TestClient.will("v", "gone", 30)).connect();
        node.client("e").connect();

        assertThat(node.directory.claimedWith()).containsExactly("c w after 0", "d v after 20");
    }

    @Test
    void willOfAClaimThatOpensNoSessionIsVoid() {
        node.directory.atOnce(false);
        node.client("c").will(TestClient.will("w", "gone", 30)).connect();

        node.sessions.close();
        node.run();
        node.directory.claims().get(0).complete(new Claimed(1, null));
        node.run();

        assertThat(node.directory.guarded()).containsExactly("c nothing");
    }

    @Test
    void connectionWithoutAWillEndsTheGuardOfTheOneBefore() {
        TestClient client = node.client("c").expiry(60).will(TestClient.will("w", "gone", 30));
        client.connect();
        assertThat(node.directory.guarded()).containsExactly("c w after 30");

        client.will(null).connect();
        assertThat(node.directory.guarded()).containsExactly("c nothing");
    }

    @Test
    void sessionThatIsGivenUpWhileItIsRestoredDoesNotComeBack() {
        MemoryStore store = new MemoryStore();
        TestNode before = TestNode.with(store);
        before.client("c").expiry(60).connect();
        TestNode after = new TestNode(new TestConfig(), 2, before.clock, store);
        after.runLater();
        after.sessions.restore();
        int shard = after.sessions.shardOf("c");
        assertThat(after.shards.runOne(shard)).isTrue(); // has taken it in, the other shard is not ready

        giveUp(after, "c", NEWER);

        assertThat(after.client("c").exists()).isFalse();
        assertThat(store.disk()).isEmpty();
        assertThat(after.shards.timers()).isZero();
    }
}

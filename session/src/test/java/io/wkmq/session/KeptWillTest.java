package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests wills that return with their sessions, while other nodes may have published them. */
class KeptWillTest {
    private static final long NEWER = 1_000;

    private final MemoryStore store = new MemoryStore();
    private TestNode node = TestNode.with(store);
    private int stored;

    @BeforeEach
    void connect() {
        node.client("now").expiry(60).will(TestClient.will("w", "now", 0)).connect();
        node.client("late").expiry(60).will(TestClient.will("w", "late", 10)).connect();
    }

    /** The node dies, and is back before it has heard of others. */
    private TestClient restart() {
        store.crash(0);
        node = new TestNode(new TestConfig(), 1, node.clock, store);
        node.directory.othersKnow();
        node.sessions.restore();
        node.run();
        return node.client("watcher").connect().subscribe("w", AT_MOST_ONCE);
    }

    private void ours(String clientId) {
        node.directory.kept(clientId).ours();
        node.run();
    }

    private void settled(String clientId) {
        node.directory.kept(clientId).settled(() -> stored++);
        node.run();
    }

    @Test
    void waitsUntilItIsKnownToBeThisNodes() {
        TestClient watcher = restart();
        node.shards.advanceMs(1_000);
        assertThat(watcher.packets()).isEmpty();
        assertThat(node.directory.guarded()).isEmpty();

        ours("now");
        ours("late");
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 now");
        assertThat(node.directory.guarded())
                .as("the other one is guarded anew")
                .containsExactly("now nothing", "late w after 10");

        node.shards.advanceMs(9_000);
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 late");
    }

    @Test
    void delayThatIsOverMeanwhileWasNotInVain() {
        TestClient watcher = restart();
        node.shards.advanceMs(20_000);
        assertThat(watcher.packets()).isEmpty();

        ours("late");
        node.shards.advanceMs(0);
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 late");
    }

    @Test
    void thatAnotherNodeHasPublishedItIsOnTheDiskBeforeThatIsSaid() {
        TestClient watcher = restart();
        store.flushesAtOnce(false);
        settled("now");
        assertThat(stored).isZero();
        store.completeAll();
        node.run();
        assertThat(stored).isOne();
        assertThat(watcher.packets()).isEmpty();
        assertThat(node.client("now").exists()).isTrue();

        store.flushesAtOnce(true);
        store.crash(0);
        node = node.restarted(store);
        assertThat(RestoredSessions.of(store).get("now").session.will()).isNull();
    }

    @Test
    void nodeThatComesLateMayKnowBetter() {
        TestClient watcher = restart();
        ours("late");
        settled("late");
        assertThat(stored).isOne();

        node.shards.advanceMs(20_000);

        assertThat(watcher.packets()).isEmpty();
        assertThat(node.directory.guarded()).containsExactly("late w after 10", "late nothing");
    }

    @Test
    void clientThatIsBackMakesItVoid() {
        TestClient watcher = restart();
        TestClient client = node.client("now")
                .expiry(60)
                .will(TestClient.will("w", "new", 0))
                .connect();
        assertThat(client.sessionPresent()).isTrue();
        assertThat(node.directory.guarded()).containsExactly("now nothing", "now w after 0");

        ours("now");
        settled("now");
        assertThat(watcher.packets()).isEmpty();
        assertThat(stored).isOne();

        client.lose();
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 new");
    }

    @Test
    void clientThatConnectsElsewhereMakesItVoid() {
        TestClient watcher = restart();
        node.sessions.giveUp("now", NEWER, () -> {});
        node.run();
        ours("now");

        assertThat(watcher.packets()).isEmpty();
        assertThat(node.client("now").exists()).isFalse();
        assertThat(node.directory.guarded()).containsExactly("now nothing");
    }

    @Test
    void sessionWhoseTimeIsOverEndsWhenItIsKnownWhoseItsWillIs() {
        node.clock.advanceMs(100_000);
        TestClient watcher = restart();
        node.shards.advanceMs(100_000);
        assertThat(watcher.packets()).isEmpty();

        ours("late");
        node.shards.advanceMs(0);
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 late");
        assertThat(node.client("late").exists()).isFalse();
    }

    @Test
    void clientOfASessionWhoseTimeIsOverGetsANewOne() {
        restart();
        node.shards.advanceMs(60_000);

        assertThat(node.client("late").expiry(60).connect().sessionPresent()).isFalse();
    }

    @Test
    void willOfASessionThatIsDiscardedIsPublishedWhenItIsKnownToBeThisNodes() {
        TestClient watcher = restart();
        node.endSession("late", ReasonCode.ADMINISTRATIVE_ACTION);
        node.run();
        assertThat(watcher.packets()).isEmpty();

        ours("late");
        assertThat(watcher.packets()).containsExactly("PUBLISH w q0 late");
    }
}

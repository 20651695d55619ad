package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static io.wkmq.routing.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.Channels;
import io.wkmq.channel.Receipt;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.RouteTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests that what is in progress when a node is stopped in order reaches the store before that is closed. */
class DrainingTest {
    private static final int SHARDS = 3;

    private final MemoryStore store = new MemoryStore();
    private final TestNode node = new TestNode(new TestConfig(), SHARDS, new ManualClock(TestNode.START_MS), store);

    private TestClient on(int shard, String prefix) {
        for (int i = 0; ; i++) {
            TestClient client = node.client(prefix + i).expiry(3600);
            if (client.shard() == shard) {
                return client;
            }
        }
    }

    /** Runs the shards and the store, each in turn, until the sessions are closed. */
    private void close() {
        store.flushesAtOnce(false);
        CompletionStage<Void> closed = node.sessions.drain();
        for (int turn = 0; !closed.toCompletableFuture().isDone(); turn++) {
            assertThat(turn).as("turns until the sessions are closed").isLessThan(1000);
            node.shards.runOne(turn % SHARDS);
            if (turn % 7 == 0 && store.waitingFlushes() > 0) {
                store.completeOne();
            }
        }
        assertThat(store.unflushed()).as("changes that are not on disk").isZero();
    }

    @Test
    void aWillReachesTheQueueOfAPersistentSession() {
        TestClient watcher = on(1, "watcher").connect().subscribe("will", AT_LEAST_ONCE);
        TestClient client = on(0, "c").will(TestClient.will("will", "gone", 0)).connect();
        node.runLater();
        client.lose();

        close();

        assertThat(store.kept(watcher.clientId()).deliveries).hasSize(1);
    }

    @Test
    void aWillThatAChannelTakesReachesTheQueueOfAPersistentSession() {
        CompletableFuture<Receipt> append = new CompletableFuture<>();
        node.channels.put("will", (message, scope) -> append);
        TestClient watcher = on(1, "watcher").connect().subscribe("will", AT_LEAST_ONCE);
        TestClient client = on(0, "c").will(TestClient.will("will", "gone", 0)).connect();
        node.runLater();
        client.lose();

        CompletionStage<Void> closed = node.sessions.drain();
        node.shards.advanceMs(100);
        assertThat(closed.toCompletableFuture()).isNotDone();
        append.complete(new Receipt("plant", 1, 1, TestNode.START_MS, false));
        node.shards.advanceMs(100);

        assertThat(closed.toCompletableFuture()).isDone();
        assertThat(store.kept(watcher.clientId()).deliveries).hasSize(1);
    }

    @Test
    void aMessageIsStoredWithItsPacketId() {
        TestClient watcher = on(1, "watcher").connect().subscribe("t", EXACTLY_ONCE);
        TestClient publisher = on(0, "pub").connect();
        node.runLater();
        publisher.publish("t", EXACTLY_ONCE, 5, "a").lose();

        close();

        assertThat(store.kept(watcher.clientId()).deliveries).hasSize(1);
        assertThat(store.kept(publisher.clientId()).awaitingRelease).containsExactly(5);
    }

    @Test
    void whatAMemberLeavesReachesTheNextOne() {
        TestClient one = on(0, "one").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        one.link().writable(false);
        on(2, "pub").connect().publish("t", AT_LEAST_ONCE, 1, "a");
        TestClient two = on(1, "two").connect().subscribe("$share/g/t", AT_LEAST_ONCE);
        node.runLater();
        one.disconnect(new DisconnectCause(false, 0));

        close();

        assertThat(store.disk()).doesNotContainKey(one.clientId());
        assertThat(store.kept(two.clientId()).deliveries).hasSize(1);
    }

    @Test
    void closeWaitsForShardsOnTheirOwnThreads() throws Exception {
        List<LoopThread> loops = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            loops.add(new LoopThread());
        }
        Sessions sessions = new Sessions(
                new TestConfig().build(),
                loops,
                new SessionEnvironment(
                        "node@test",
                        Clock.systemUTC(),
                        new RouteTable<>(SHARDS),
                        Forwarder.NONE,
                        new MemoryDirectory(),
                        null,
                        new MemoryRetained(),
                        Channels.NONE));
        CountDownLatch busy = new CountDownLatch(1);
        loops.get(1).execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CountDownLatch opened = new CountDownLatch(1);
        String client = "c";
        for (int i = 0; sessions.shardOf(client) != 1; i++) {
            client = "c" + i;
        }
        sessions.withSession(client, session -> opened.countDown());

        CompletableFuture<Void> closed = CompletableFuture.runAsync(sessions::close);
        assertThat(closed).isNotDone();
        busy.countDown();
        closed.get(60, TimeUnit.SECONDS);

        assertThat(opened.getCount()).isZero();
        loops.forEach(LoopThread::stop);
    }
}

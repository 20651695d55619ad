package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.engine.ReadBatch;
import io.wkmq.channel.engine.RecordSource;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Tests retained messages and replays that are sent to one client at the same time. */
class SideStreamsTest {
    private final MemoryStore store = new MemoryStore();
    private final TestNode node = TestNode.with(store);

    /** A channel with a single record. */
    private static final class OneRecord implements RecordSource {
        private boolean wasRead;

        @Override
        public CompletionStage<ReadBatch> read(int count, long bytes) {
            if (wasRead) {
                return new CompletableFuture<>();
            }
            wasRead = true;
            ChannelRecord record =
                    new ChannelRecord(1, 0, 1, MessageEntries.entry(Samples.message("a", "record"), "scope"));
            return CompletableFuture.completedFuture(new ReadBatch(null, List.of(record), 2));
        }

        @Override
        public void close() {}
    }

    private static ReplayRequest replay() {
        return new ReplayRequest(
                "$ch/plant/#",
                "plant",
                "$ch/plant/",
                TopicFilter.of("#"),
                SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE),
                null,
                () -> CompletableFuture.completedFuture(new OneRecord()));
    }

    @Test
    void allWaitTogetherUntilTheStoreIsWritable() {
        node.retain("r", Qos.AT_LEAST_ONCE, "retained");
        TestClient client = node.client("sub").expiry(60).connect();
        client.link().writable(false);
        client.subscribe("r", Qos.AT_LEAST_ONCE);
        client.act(session -> session.replay(replay()));
        store.writable(false);
        client.link().writable(true);
        client.act(Session::linkWritable);
        node.shards.advanceMs(10_000);
        assertThat(client.packets()).isEmpty();
        assertThat(node.shards.timers()).isEqualTo(1);

        store.writable(true);
        node.shards.advanceMs(1_000);

        assertThat(client.packets())
                .containsExactlyInAnyOrder("PUBLISH r q1 #1 retained retain", "PUBLISH $ch/plant/a q1 #2 record");
        assertThat(node.shards.timers()).isZero();
    }
}

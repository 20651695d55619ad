package io.wkmq.channel.engine;

import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.sharing.Homes;
import io.wkmq.channel.sharing.SeatAnswer;
import io.wkmq.channel.sharing.SeatCodec;
import io.wkmq.channel.sharing.SeatReport;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The groups of readers that span nodes: the seats of this node's readers, and all seats of groups whose home is this node. Thread-safe.
 */
final class ClusterReadings {
    private final Channels channels;
    private final SharedReadings readings;
    private final Homes others;
    private final EngineLoop loop;
    private final LongSupplier ids;
    private final HomeSeats homeSeats;
    private final Map<Key, ClusterReading> groups = new HashMap<>(); // confined to the loop

    private record Key(int channel, String cursor) {}

    /** What this node has of the channels. Thread-safe. */
    interface Channels {
        /** Reads a cursor, up to date even if this node's replica lags behind; null if there is none. */
        CompletionStage<@Nullable Cursor> cursor(int channel, String name);

        /** Returns this node's replica of a channel's group. */
        GroupReplica replica(int channel);

        /** Returns where records go that no reader of a group can process. */
        SharedReading.DeadLetters deadLetters(int channel, ReadingGroup group);
    }

    /**
     * Creates a node's groups; there are none yet.
     *
     * @param readings the groups that have their home on this node
     * @param ids a source of numbers that are not used by anybody else
     */
    ClusterReadings(Channels channels, SharedReadings readings, Homes others, EngineLoop loop, LongSupplier ids) {
        this.channels = channels;
        this.readings = readings;
        this.others = others;
        this.loop = loop;
        this.ids = ids;
        this.homeSeats = new HomeSeats(
                readings,
                loop,
                node -> node.equals(others.self()) || others.here().contains(node));
    }

    /**
     * Joins a group, wherever its home is; if it has none, this node takes the group's cursor.
     *
     * @param start the record a new group begins with
     */
    CompletionStage<GroupSeat> join(int channel, ReadingGroup group, ReadStart start) {
        return loop.ask(joined -> joined.complete(
                groups.computeIfAbsent(new Key(channel, group.cursor()), key -> begin(key, group, start))
                        .join(new RecordFetch(channels.replica(channel), channel))));
    }

    private ClusterReading begin(Key key, ReadingGroup group, ReadStart start) {
        return new ClusterReading(key.channel, group, loop, new OwnNode(key, group, start));
    }

    /** Answers a report from a seat on another node. Does not block. */
    CompletionStage<byte[]> answer(NodeId from, byte[] report) {
        try {
            SeatReport said = SeatCodec.decodeReport(report);
            return loop.compose(() -> homeSeats.report(from, said)).thenApply(SeatCodec::encode);
        } catch (CorruptDataException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Gives a group access to this node and the others. Confined to the loop. */
    private final class OwnNode implements ClusterReading.Nodes {
        private final Key key;
        private final ReadingGroup group;
        private final ReadStart start;

        private OwnNode(Key key, ReadingGroup group, ReadStart start) {
            this.key = key;
            this.group = group;
            this.start = start;
        }

        @Override
        public NodeId self() {
            return others.self();
        }

        @Override
        public boolean here(NodeId node) {
            return others.here().contains(node);
        }

        @Override
        public CompletionStage<@Nullable Cursor> cursor() {
            return channels.cursor(key.channel, key.cursor);
        }

        @Override
        public CompletionStage<SeatAnswer> ask(NodeId node, SeatReport report) {
            return others.ask(node, SeatCodec.encode(report)).thenApply(SeatCodec::decodeAnswer);
        }

        @Override
        public void settle(String reader) {
            var unused = readings.open(key.channel, group, reader, start, channels.deadLetters(key.channel, group));
        }

        @Override
        public CompletionStage<SeatAnswer> askSelf(SeatReport report) {
            return homeSeats.report(others.self(), report);
        }

        @Override
        public long newId() {
            return ids.getAsLong();
        }

        @Override
        public void unused(ClusterReading of) {
            groups.remove(key, of);
        }
    }
}

package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.sharing.Homes;
import io.wkmq.routing.NodeId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The readers of a node with replicated channels. They read from its own replicas, with cursors known to all nodes, and share records with
 * readers of other nodes. Thread-safe, except for {@link #close}; does not block.
 */
final class ReplicaReading {
    private final ReplicaStore store;
    private final EngineLogs logs;
    private final LogProposals proposals;
    private final EngineLoop loop;
    private final BiFunction<Integer, Entry, CompletionStage<Appended>> appends;
    private final HeldCursors cursors;
    private final SharedReadings readings;
    private volatile @Nullable ClusterReadings shared;

    /**
     * Creates an instance without readers.
     *
     * @param loop the loop that owns the cursors and the groups of readers
     * @param appends appends an entry to a channel
     */
    ReplicaReading(
            ReplicaStore store,
            EngineLogs logs,
            LogProposals proposals,
            EngineLoop loop,
            Clock clock,
            BiFunction<Integer, Entry, CompletionStage<Appended>> appends) {
        this.store = store;
        this.logs = logs;
        this.proposals = proposals;
        this.loop = loop;
        this.appends = appends;
        this.cursors = new HeldCursors(new OwnGroups(), loop, clock, ThreadLocalRandom.current()::nextLong);
        this.readings = new SharedReadings(cursors, loop, GroupOptions.defaults());
    }

    private final class OwnGroups implements HeldCursors.Groups {
        @Override
        public GroupReplica replica(int channel) {
            return store.begun(store.groupOf(channel));
        }

        @Override
        public CompletionStage<byte[]> propose(int group, byte[] op) {
            return logs.propose(group, op);
        }
    }

    private final class OwnChannels implements ClusterReadings.Channels {
        @Override
        public CompletionStage<@Nullable Cursor> cursor(int channel, String name) {
            return proposals
                    .caughtUp(store.groupOf(channel))
                    .thenCompose(nothing -> replica(channel).cursor(channel, name));
        }

        @Override
        public GroupReplica replica(int channel) {
            return store.begun(store.groupOf(channel));
        }

        @Override
        public SharedReading.DeadLetters deadLetters(int channel, ReadingGroup readers) {
            return new ChannelDeadLetters(readers, entry -> appends.apply(channel, entry));
        }
    }

    /** Sets the nodes with which groups of readers are shared. Call before the node meets others. */
    void shareWith(Homes others) {
        shared = new ClusterReadings(new OwnChannels(), readings, others, loop, ThreadLocalRandom.current()::nextLong);
    }

    /** Answers a report that a node sent to this one through its {@link Homes}. */
    CompletionStage<byte[]> answerSeat(NodeId from, byte[] report) {
        ClusterReadings with = shared;
        return with == null ? CompletableFuture.failedFuture(logs.notHere()) : with.answer(from, report);
    }

    /**
     * See {@link Engine#read}. The start is looked up in this node's replica, which may lag behind others. Only a sequence number that it
     * does not have yet is waited for: otherwise a reader that got further on another node would get records again.
     */
    CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        return here(
                channel,
                replica -> start instanceof ReadStart.Seq seq
                        ? replica.position(channel)
                                .thenCompose(position -> position == null || seq.seq() <= position.next()
                                        ? CompletableFuture.completedFuture(null)
                                        : proposals.caughtUp(replica.group()))
                                .thenCompose(nothing -> replica.read(channel, start))
                        : replica.read(channel, start));
    }

    /** See {@link Engine#take}. */
    CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start) {
        return here(channel, replica -> cursors.take(channel, cursor, reader, start));
    }

    /** See {@link Engine#cursorLags}. */
    Map<Integer, Long> lags() {
        return cursors.lags();
    }

    /** See {@link Engine#join}. The name of the reader is not needed: the group's cursor is held by its home. */
    CompletionStage<GroupSeat> join(int channel, ReadingGroup readers, ReadStart start) {
        ClusterReadings with = shared;
        return with == null
                ? CompletableFuture.failedFuture(logs.notHere())
                : here(channel, replica -> with.join(channel, readers, start));
    }

    /** See {@link Engine#resetCursor}. */
    CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start) {
        return here(channel, replica -> cursors.reset(channel, cursor, start));
    }

    /** See {@link Engine#removeCursor}. */
    CompletionStage<Void> removeCursor(int channel, String cursor) {
        return here(channel, replica -> cursors.remove(channel, cursor));
    }

    /** See {@link Engine#cursors}. */
    CompletionStage<List<CursorStatus>> cursors(int channel) {
        return here(channel, replica -> replica.cursors(channel));
    }

    /** See {@link Engine#position}. */
    CompletionStage<@Nullable Position> position(int channel) {
        return here(channel, replica -> replica.position(channel));
    }

    private <T extends @Nullable Object> CompletionStage<T> here(
            int channel, Function<GroupReplica, CompletionStage<T>> question) {
        GroupReplica replica = store.replica(store.groupOf(channel));
        return replica == null ? CompletableFuture.failedFuture(logs.notHere()) : question.apply(replica);
    }

    /** Saves the readers' progress while it still can, and nothing afterwards. On the loop. */
    void close() {
        cursors.close();
    }
}

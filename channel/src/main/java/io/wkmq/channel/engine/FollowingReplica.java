package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica that follows a log which is kept elsewhere. Confined to its group's loop, except for {@link #whole}.
 *
 * <p>A snapshot contains only the index up to which the log was applied: the channels and records would be too much for each. So a replica
 * that gets a snapshot beyond what it has applied is not whole until the difference was fetched from another node (ADR 15). The table
 * records that before the snapshot counts as installed, since the log before it is gone then; so a crash is harmless. Meanwhile nothing is
 * applied or read, and arriving entries are kept within bounds: {@link #filled} applies them once what precedes them was fetched.
 */
final class FollowingReplica implements LogFollower {
    private static final Logger LOG = LoggerFactory.getLogger(FollowingReplica.class);

    private static final int SNAPSHOT_VERSION = 1;

    /** After how many bytes records are synced in the background: a snapshot has to sync the rest, and delays all answers meanwhile. */
    private static final long SYNC_BYTES = 1 << 20;

    private static final byte[] NO_ANSWER = {};

    private final Replica replica;
    private final NodeTable table;
    private final FillLimits limits;
    private final EngineLoop loop;
    private final Executor background;
    private final OnMissing onMissing;
    private @Nullable Exception failure;
    private boolean saving; // a save is scheduled
    private long savingSinceMs;
    private long unsyncedBytes;
    private volatile boolean syncing;

    /** The entries that arrive while the replica is being filled; null if it is whole. */
    private volatile @Nullable MissedEntries missed;

    /** A step that may fail. */
    private interface Step<T> {
        T run() throws IOException;
    }

    /** Fetches what a replica is missing. */
    interface OnMissing {
        /**
         * Begins fetching, without blocking; called on the group's loop. The group's rows and files may be written until
         * {@link FollowingReplica#filled}.
         *
         * @param begun the channels whose records are open
         * @param refetch the channel to be fetched anew; null if missed entries are to be fetched
         */
        void missing(FollowingReplica replica, Set<Integer> begun, @Nullable Refetch refetch);
    }

    private FollowingReplica(
            Replica replica,
            NodeTable table,
            FillLimits limits,
            EngineLoop loop,
            Executor background,
            OnMissing onMissing) {
        this.replica = replica;
        this.table = table;
        this.limits = limits;
        this.loop = loop;
        this.background = background;
        this.onMissing = onMissing;
    }

    /**
     * Begins to follow the log; resumes an unfinished fill.
     *
     * @param loop the group's loop
     * @param background for blocking work
     */
    static FollowingReplica begin(
            Replica replica,
            NodeTable table,
            FillLimits limits,
            EngineLoop loop,
            Executor background,
            OnMissing onMissing)
            throws IOException {
        FollowingReplica follower = new FollowingReplica(replica, table, limits, loop, background, onMissing);
        long wanted = table.wanted(replica.group());
        if (wanted > 0) {
            Integer channel = table.refetched(replica.group());
            follower.fill(wanted, channel == null ? null : Refetch.resumed(channel));
        }
        return follower;
    }

    /** Returns the group's number. */
    int group() {
        return replica.group();
    }

    @Override
    public long applied() {
        return replica.applied();
    }

    /** Returns the index of the last entry reflected in the table. */
    long checkpointed() {
        return replica.checkpointed();
    }

    @Override
    public byte[] apply(long index, byte[] op) throws IOException {
        return carryOut(() -> {
            MissedEntries coming = missed;
            if (coming != null) {
                coming.add(index, op);
                return NO_ANSWER;
            }
            byte[] answer = replica.apply(index, op);
            replica.settle();
            syncIfMuch(op.length);
            if (replica.crowded()) {
                save();
            } else {
                saveSoon();
            }
            return answer;
        });
    }

    private void syncIfMuch(int bytes) {
        unsyncedBytes += bytes;
        if (unsyncedBytes < SYNC_BYTES || syncing) {
            return;
        }
        unsyncedBytes = 0;
        syncing = true;
        try {
            background.execute(this::sync);
        } catch (RejectedExecutionException e) {
            LOG.debug("The node ends: what group {} has is not synced any more, the log has it", replica.group());
        }
    }

    /** Runs in the background. */
    private void sync() {
        try {
            replica.sync();
        } catch (IOException | RuntimeException e) {
            LOG.error("Cannot sync the records of a group group={}", replica.group(), e);
            giveUp(e);
        } finally {
            syncing = false;
        }
    }

    private void giveUp(Exception cause) {
        try {
            loop.execute(() -> fail(cause));
        } catch (RejectedExecutionException e) {
            cause.addSuppressed(e); // the node is stopping: nothing is taken any more
        }
    }

    /**
     * Schedules a save, if the replica wants one; otherwise the log suffices. Reschedules it if it is overdue: the loop's timer may have
     * ended.
     */
    private void saveSoon() {
        long withinMs = replica.checkpointWithinMs();
        if (withinMs == 0 || (saving && loop.nowMs() - savingSinceMs <= 2 * withinMs)) {
            return;
        }
        try {
            loop.after(withinMs, this::saveNow);
            saving = true;
            savingSinceMs = loop.nowMs();
        } catch (RejectedExecutionException e) {
            LOG.debug("The node ends, a replica is not written again group={}", replica.group());
        }
    }

    private void saveNow() {
        saving = false;
        if (failure != null || !whole()) {
            return;
        }
        try {
            carryOut(() -> {
                save();
                return true;
            });
        } catch (IOException e) {
            LOG.error("Cannot write a replica group={}", replica.group(), e); // the next entry tells it
        }
    }

    @Override
    public void newTerm(long index) throws IOException {
        carryOut(() -> {
            MissedEntries coming = missed;
            if (coming == null) {
                replica.newTerm(index);
            } else {
                coming.addTerm(index);
            }
            return index;
        });
    }

    @Override
    public void requireUsable() throws IOException {
        long unused = carryOut(replica::applied);
    }

    @Override
    public boolean whole() {
        return missed == null;
    }

    /** A replica that is not whole keeps its log: otherwise an entry might end up in no log and in no replica. */
    @Override
    public byte[] snapshot() throws IOException {
        if (!whole()) {
            throw new ReplicaBehindException(replica.group());
        }
        return carryOut(() -> {
            save();
            return snapshotOf(replica.applied());
        });
    }

    /** Returns the snapshot that stands for the log up to an entry. */
    static byte[] snapshotOf(long applied) {
        return new ByteWriter(16).int8(SNAPSHOT_VERSION).number(applied).toBytes();
    }

    @Override
    public void restore(byte[] snapshot) throws IOException {
        carryOut(() -> {
            String what = "The snapshot of group " + replica.group();
            long expected =
                    ByteReader.versioned(snapshot, SNAPSHOT_VERSION, what).number();
            MissedEntries coming = missed;
            if (coming != null) {
                coming.skipTo(expected);
                table.want(replica.group(), expected);
            } else if (replica.applied() < expected) {
                save();
                table.want(replica.group(), expected);
                fill(expected, null);
            }
            return expected;
        });
    }

    /**
     * Fetches anew a channel that differs from that of other nodes, along with everything that arrives meanwhile; does nothing if the
     * replica is not whole. Readers of the channel are told that it is gone. After a restart the fill resumes, and then asks any node.
     *
     * @return whether that has begun
     */
    boolean refill(Refetch refetch) throws IOException {
        return carryOut(() -> {
            if (missed != null) {
                return false;
            }
            save();
            table.wantWithout(replica.group(), replica.applied(), refetch.channel());
            replica.forsake(refetch.channel());
            fill(replica.applied(), refetch);
            return true;
        });
    }

    private void fill(long wanted, @Nullable Refetch refetch) throws IOException {
        missed = new MissedEntries(wanted, limits.missedMax(), limits.missedBytesMax());
        onMissing.missing(this, replica.pause(), refetch);
    }

    @Override
    public long missed() {
        MissedEntries coming = missed;
        return coming == null ? 0 : Math.max(0, coming.floor() - replica.applied());
    }

    /** Returns the log entry that must be reached by fetching; later ones are kept. Meaningful while the replica is not whole. */
    long missing() {
        MissedEntries coming = missed;
        return coming == null ? replica.applied() : coming.floor();
    }

    /**
     * Completes a fill: the rows on disk reflect the log up to the given entry, and the records are there.
     *
     * @return whether the replica is whole now; if not, {@link #missing} says how far to fetch again
     */
    boolean filled(long index) throws IOException {
        return carryOut(() -> {
            MissedEntries coming = missed;
            if (coming == null) {
                throw new IllegalStateException("The replica of group " + replica.group() + " was whole already");
            }
            if (index < coming.floor()) {
                return false;
            }
            replica.resume();
            coming.applyTo(replica);
            var rows = replica.checkpoint();
            replica.sync();
            table.complete(rows);
            replica.saved();
            missed = null;
            return true;
        });
    }

    /** Ensures that the table reflects an entry that was applied. The replica must be whole. */
    void save(long index) throws IOException {
        carryOut(() -> {
            if (replica.checkpointed() < index) {
                save();
            }
            return index;
        });
    }

    /** Gives the replica up, as its rows or files could not be written. */
    void fail(Exception cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    private void save() throws IOException {
        if (!replica.changed()) {
            return;
        }
        var rows = replica.checkpoint();
        replica.sync();
        table.write(List.of(rows), table.folded());
        replica.saved();
        giveBack();
    }

    /** Returns space of superseded rows to the file system, or the table would grow with each checkpoint. In the background. */
    private void giveBack() {
        if (!table.mayCompact(loop.nowMs())) {
            return;
        }
        try {
            background.execute(() -> {
                try {
                    table.compact();
                } catch (IOException | RuntimeException e) {
                    giveUp(e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The node ends, the table gives nothing back group={}", replica.group());
        }
    }

    private <T> T carryOut(Step<T> step) throws IOException {
        if (failure != null) {
            throw new IOException(
                    "The replica of group " + replica.group() + " was given up: " + failure.getMessage(), failure);
        }
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }
}

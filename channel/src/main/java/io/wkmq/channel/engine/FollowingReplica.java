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
 * A replica that follows a log which others keep. Belongs to its group's loop, but for {@link #whole}.
 *
 * <p>A snapshot says only how far the log was applied: channels and records are too much to be kept with each. A replica that gets one from
 * beyond what it has applied is not whole until that was fetched from another node. The table knows that before the snapshot is taken for
 * done, for the log does not begin in front of it any more; so a crash changes nothing. Meanwhile nothing is applied or read, and what
 * comes is kept, in bounds: {@link #filled} takes it when what is in front was fetched.
 */
final class FollowingReplica implements LogFollower {
    private static final Logger LOG = LoggerFactory.getLogger(FollowingReplica.class);

    private static final int SNAPSHOT_VERSION = 1;

    /**
     * After so many bytes records are synced in the background: a snapshot has to sync what is left, and nobody is answered
     * meanwhile.
     */
    private static final long SYNC_BYTES = 1 << 20;

    private static final byte[] NO_ANSWER = {};

    private final Replica replica;
    private final NodeTable table;
    private final FillLimits limits;
    private final EngineLoop loop;
    private final Executor background;
    private final OnMissing onMissing;
    private @Nullable Exception failure;
    private boolean saving; // it will be, soon
    private long savingSinceMs;
    private long unsyncedBytes;
    private volatile boolean syncing;

    /** Null if it is whole. */
    private volatile @Nullable MissedEntries missed;

    /** What may fail. */
    private interface Step<T> {
        T run() throws IOException;
    }

    /** Is to have what is missing fetched. */
    interface OnMissing {
        /**
         * Begins, without blocking; on the group's loop. The group's rows and files may be written until {@link FollowingReplica#filled}.
         *
         * @param begun the channels whose records are begun
         * @param refetch the channel for which it is; null if it is for what was missed
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
     * Begins to follow; goes on being filled, if it was not whole when the node ended.
     *
     * @param loop of the group
     * @param background for what blocks
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

    /** The group's number. */
    int group() {
        return replica.group();
    }

    @Override
    public long applied() {
        return replica.applied();
    }

    /** The index of the last entry that is in the table. */
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

    /** In the background. */
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
            cause.addSuppressed(e); // the node ends: nothing is taken any more
        }
    }

    /** If that matters: else what the log has is enough. Again if it was not done in time: who was to do it may have ended. */
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

    /** One that is not whole keeps its log: else an entry might be in no log any more, and in no replica. */
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

    /** What a replica is given in place of a log up to that entry. */
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
     * Has a channel fetched anew, of which it has something else than other nodes, and all that comes meanwhile; nothing if it is not whole.
     * Who reads the channel is told that it is gone. A node that ends meanwhile goes on with it, and asks any node then.
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

    /** The entry up to which all has to be fetched; those behind it are kept. When it is not whole. */
    long missing() {
        MissedEntries coming = missed;
        return coming == null ? replica.applied() : coming.floor();
    }

    /**
     * The rows on disk have what the log had up to that entry, and the records are there.
     *
     * @return whether the replica is whole now; if not, {@link #missing} says how far has to be fetched again
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

    /** Makes sure that the table has all up to an entry that was applied. When it is whole. */
    void save(long index) throws IOException {
        carryOut(() -> {
            if (replica.checkpointed() < index) {
                save();
            }
            return index;
        });
    }

    /** Its rows or files could not be written: it is given up. */
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

    /** Gives some of the space back that the rows had before: else the table grows with each checkpoint. In the background. */
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

package io.wkmq.cluster.hazelcast.cp;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The newest operations of a group's log, whose payloads stay in memory because followers that lag slightly need them. Older operations
 * release their payload once it is on disk and they were applied; for a follower that lags further the leader reads them back. Small
 * payloads are never released. Belongs to the group's thread.
 */
final class RecentOperations {
    /** Below this size an operation takes about as much memory without its payload. */
    private static final int GIVEN_UP_BYTES_MIN = 1_024;

    private static final int COUNT_MAX = 100;

    private final CpGroup group;
    private final CpStore store;
    private final long bytesMax;

    /** In ascending order of index. */
    private final Deque<Recent> recent = new ArrayDeque<>();

    private long bytes;

    private record Recent(long index, ChannelOp op) {}

    /**
     * Creates an empty instance.
     *
     * @param store the store to which their entries are written
     * @param bytesMax the maximum bytes of payloads that were applied and are on disk
     */
    RecentOperations(CpGroup group, CpStore store, long bytesMax) {
        this.group = group;
        this.store = store;
        this.bytesMax = bytesMax;
    }

    /** Adds the operation of the last entry of the log. */
    void add(long index, ChannelOp op) {
        if (op.bytes() < GIVEN_UP_BYTES_MIN) {
            return;
        }
        recent.addLast(new Recent(index, op));
        bytes += op.bytes();
        shrink();
    }

    /**
     * Releases the payloads in excess, if possible. Called now and then, since the last operations of a log become releasable only later.
     */
    void shrink() {
        while (recent.size() > COUNT_MAX || bytes > bytesMax) {
            Recent oldest = recent.getFirst();
            if (!oldest.op.applied() || !store.holds(group, oldest.index)) {
                return; // retried later
            }
            oldest.op.keepIn(store, group, oldest.index);
            forget(recent.removeFirst());
        }
    }

    /** Removes the operations of truncated entries. */
    void truncate(long from) {
        while (!recent.isEmpty() && recent.getLast().index >= from) {
            forget(recent.removeLast());
        }
    }

    /** Removes operations covered by a snapshot: those whose entries will soon be gone from disk, and those that will never be applied. */
    void snapshot(long index) {
        recent.removeIf(each -> {
            boolean gone = each.index <= index - CpSubsystem.ENTRIES_BEFORE_SNAPSHOT
                    || (each.index <= index && !each.op.applied());
            if (gone) {
                forget(each);
            }
            return gone;
        });
    }

    private void forget(Recent gone) {
        bytes -= gone.op.bytes();
    }
}

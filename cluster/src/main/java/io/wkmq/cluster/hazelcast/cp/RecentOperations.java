package io.wkmq.cluster.hazelcast.cp;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The newest operations of a group's log, which have in memory what they carry: a follower that is a little behind needs that. The others
 * give it up as soon as it is on disk and they were applied; a follower that is far behind has the leader read it again. Small ones keep it.
 * Belongs to the group's thread.
 */
final class RecentOperations {
    /** One that carries less takes about as much without it. */
    private static final int GIVEN_UP_BYTES_MIN = 1_024;

    private static final int COUNT_MAX = 100;

    private final CpGroup group;
    private final CpStore store;
    private final long bytesMax;

    /** By their index. */
    private final Deque<Recent> recent = new ArrayDeque<>();

    private long bytes;

    private record Recent(long index, ChannelOp op) {}

    /**
     * None yet.
     *
     * @param store that their entries are written to
     * @param bytesMax how much they carry at most once they were applied, and are on disk
     */
    RecentOperations(CpGroup group, CpStore store, long bytesMax) {
        this.group = group;
        this.store = store;
        this.bytesMax = bytesMax;
    }

    /** One is the last of the log. */
    void add(long index, ChannelOp op) {
        if (op.bytes() < GIVEN_UP_BYTES_MIN) {
            return;
        }
        recent.addLast(new Recent(index, op));
        bytes += op.bytes();
        shrink();
    }

    /** Has those that are too many give up what they carry, if they can. To be called now and then: the last ones of a log can later. */
    void shrink() {
        while (recent.size() > COUNT_MAX || bytes > bytesMax) {
            Recent oldest = recent.getFirst();
            if (!oldest.op.applied() || !store.holds(group, oldest.index)) {
                return; // it is looked at again later
            }
            oldest.op.keepIn(store, group, oldest.index);
            forget(recent.removeFirst());
        }
    }

    /** The entries from there on are not in the log any more. */
    void truncate(long from) {
        while (!recent.isEmpty() && recent.getLast().index >= from) {
            forget(recent.removeLast());
        }
    }

    /** The log has a snapshot. What it leaves out is not on disk for long, nor ever applied if it was not yet. */
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

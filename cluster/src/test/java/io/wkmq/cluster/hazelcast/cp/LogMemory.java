package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.log.RaftLog;

/** The part of a group's Raft log that is in memory. Must be used on the group's thread. */
public final class LogMemory {
    private LogMemory() {}

    /** Of how many operations only the log on disk has what they carry. */
    public static long onlyOnDisk(RaftNodeImpl node) {
        RaftLog log = node.state().log();
        long found = 0;
        for (long index = log.lastLogOrSnapshotIndex(); index > 0 && log.containsLogEntry(index); index--) {
            if (log.getLogEntry(index).operation() instanceof ChannelOp op && op.kept()) {
                found++;
            }
        }
        return found;
    }
}

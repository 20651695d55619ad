package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.RaftGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.SnapshotAwareService;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.log.RaftLog;
import com.hazelcast.cp.internal.raft.impl.log.SnapshotEntry;
import com.hazelcast.cp.internal.raft.impl.state.RaftGroupMembers;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import com.hazelcast.cp.internal.raftop.snapshot.RestoreSnapshotOp;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.servicemanager.ServiceInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Takes the snapshots that Hazelcast does not take. Those that were refused while a replica was being filled: Raft takes one only when it
 * has committed something, and a log that is full takes nothing, so a member whose log became full meanwhile would stay behind. And those
 * of logs with few entries and many bytes: Hazelcast counts entries, but after a restart all they carry is read into memory, and until then
 * it has to stay on disk. {@link #run} is to be called every {@link #TICK}. Thread-safe.
 */
final class LateSnapshots implements Runnable {
    /** How often it is to look. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** Of the entries between two snapshots so many are kept behind one, as Hazelcast does, for followers that are a little behind. */
    static final int KEPT_PER_SNAPSHOT = 10;

    /** The same of the bytes. */
    private static final int KEPT_PER_BYTES = 4;

    /** At least: more than one message to a follower has, for what comes there twice is looked for in its log. */
    private static final int KEPT_MIN = CpSubsystem.ENTRIES_PER_MESSAGE + 8;

    private final NodeEngineImpl engine;
    private final RaftService raft;
    private final Predicate<CPGroupId> fit;
    private final Consumer<RaftGroupId> each;
    private final int entries;
    private final long bytes;

    /**
     * Watches the groups of a member.
     *
     * @param fit whether this member's replica of a group can give its log up
     * @param each is told of each group of the member every time, on the group's thread
     * @param entries after how many of them a snapshot is due
     * @param bytes after how many of what they carry
     */
    LateSnapshots(
            NodeEngineImpl engine,
            RaftService raft,
            Predicate<CPGroupId> fit,
            Consumer<RaftGroupId> each,
            int entries,
            long bytes) {
        this.engine = engine;
        this.raft = raft;
        this.fit = fit;
        this.each = each;
        this.entries = entries;
        this.bytes = bytes;
    }

    @Override
    public void run() {
        for (RaftNode known : raft.getAllRaftNodes()) {
            if (known instanceof RaftNodeImpl node && !node.isTerminatedOrSteppedDown()) {
                node.execute(() -> {
                    CPGroupId id = node.getGroupId();
                    if (id instanceof RaftGroupId group) {
                        each.accept(group);
                    }
                    take(node);
                });
            }
        }
    }

    /** On the group's thread. */
    private void take(RaftNodeImpl node) {
        RaftState state = node.state();
        RaftLog log = state.log();
        long index = state.commitIndex();
        if (!due(log, index)
                || state.lastApplied() != index
                || state.role() == RaftRole.CANDIDATE
                || !fit.test(node.getGroupId())) {
            return;
        }
        RaftGroupMembers members = state.committedGroupMembers();
        log.setSnapshot(
                new SnapshotEntry(
                        log.getLogEntry(index).term(),
                        index,
                        snapshots(node.getGroupId(), index),
                        members.index(),
                        members.members()),
                index - kept(log, index));
        log.flush();
    }

    private boolean due(RaftLog log, long index) {
        long since = log.snapshotIndex();
        if (index - since >= entries) {
            return true;
        }
        long carried = 0;
        for (long i = since + 1; i <= index; i++) {
            carried += carried(log.getLogEntry(i));
        }
        return carried >= bytes;
    }

    /** How many entries stay behind a snapshot. */
    private long kept(RaftLog log, long index) {
        long kept = 0;
        long carried = 0;
        while (kept < entries / KEPT_PER_SNAPSHOT && index > kept && log.containsLogEntry(index - kept)) {
            carried += carried(log.getLogEntry(index - kept));
            if (kept >= KEPT_MIN && carried > bytes / KEPT_PER_BYTES) {
                break;
            }
            kept++;
        }
        return kept;
    }

    private static long carried(LogEntry entry) {
        return entry.operation() instanceof ChannelOp op ? op.bytes() : 0;
    }

    private List<RestoreSnapshotOp> snapshots(CPGroupId group, long index) {
        List<RestoreSnapshotOp> snapshots = new ArrayList<>();
        for (ServiceInfo service : engine.getServiceInfos(SnapshotAwareService.class)) {
            SnapshotAwareService<?> known = service.getService();
            Object snapshot = known.takeSnapshot(group, index);
            if (snapshot != null) {
                snapshots.add(new RestoreSnapshotOp(service.getName(), snapshot));
            }
        }
        return snapshots;
    }
}

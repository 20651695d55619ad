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
 * Takes the snapshots that Hazelcast does not take. First, those refused while a replica was incomplete: Raft takes one only when an entry
 * is committed, but a full log accepts none, so a member whose log became full meanwhile would stay behind. Second, those of logs with few
 * entries but many bytes: Hazelcast counts entries, but after a restart all payloads are read into memory, and until a snapshot they have
 * to stay on disk. {@link #run} must be called every {@link #TICK}. Thread-safe.
 */
final class LateSnapshots implements Runnable {
    /** The period of {@link #run}. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** One in this many entries between two snapshots is kept before a snapshot, as Hazelcast does, for followers that lag slightly. */
    static final int KEPT_PER_SNAPSHOT = 10;

    /** One in this many payload bytes between two snapshots is kept. */
    private static final int KEPT_PER_BYTES = 4;

    /**
     * The minimum of entries kept: more than one message to a follower contains, since a follower looks up in its log what it receives
     * twice.
     */
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
     * @param fit tests whether this member's replica of a group can give up its log
     * @param each called with each group of the member in each period, on the group's thread
     * @param entries the number of entries after which a snapshot is due
     * @param bytes the number of payload bytes after which a snapshot is due
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

    /** Takes a snapshot if one is due. Called on the group's thread. */
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

    /** Returns how many entries are kept before a snapshot. */
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

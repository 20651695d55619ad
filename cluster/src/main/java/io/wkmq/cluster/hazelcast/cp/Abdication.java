package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Has another member lead each group that this member leads, but whose replica here cannot answer. Raft may elect it all the same: it has
 * the log. {@link #run} is to be called every {@link #TICK}. Thread-safe.
 */
final class Abdication implements Runnable {
    /** How often it is to look. */
    static final Duration TICK = Duration.ofMillis(200);

    private static final Duration LIMIT = Duration.ofMillis(500);

    private final RaftService raft;
    private final Predicate<CPGroupId> fit;
    private final Predicate<RaftEndpoint> here;

    /**
     * Watches the groups of a member.
     *
     * @param fit whether this member's replica of a group can answer; any thread
     * @param here whether another member can be reached; any thread
     */
    Abdication(RaftService raft, Predicate<CPGroupId> fit, Predicate<RaftEndpoint> here) {
        this.raft = raft;
        this.fit = fit;
        this.here = here;
    }

    @Override
    public void run() {
        for (RaftNode each : raft.getAllRaftNodes()) {
            if (each instanceof RaftNodeImpl node
                    && node.getLocalMember().equals(node.getLeader())
                    && !fit.test(node.getGroupId())) {
                // the one that has most; if it cannot answer either, it hands over again
                var unused = Handover.begin(node, here, LIMIT);
            }
        }
    }
}

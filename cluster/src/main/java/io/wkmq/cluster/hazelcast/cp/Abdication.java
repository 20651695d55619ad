package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Transfers the leadership of groups that this member leads although its replica cannot answer; Raft may elect it all the same, since it
 * has the log. {@link #run} must be called every {@link #TICK}. Thread-safe.
 */
final class Abdication implements Runnable {
    /** The period of {@link #run}. */
    static final Duration TICK = Duration.ofMillis(200);

    private static final Duration LIMIT = Duration.ofMillis(500);

    private final RaftService raft;
    private final Predicate<CPGroupId> fit;
    private final Predicate<RaftEndpoint> here;

    /**
     * Creates a watch over the groups of a member.
     *
     * @param fit tests whether this member's replica of a group can answer; callable from any thread
     * @param here tests whether another member is reachable; callable from any thread
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
                // to the member with the longest log; if that one cannot answer either, it hands over in turn
                var unused = Handover.begin(node, here, LIMIT);
            }
        }
    }
}

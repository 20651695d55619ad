package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import com.hazelcast.cp.internal.raft.impl.task.LeaderElectionTask;
import com.hazelcast.cp.internal.raft.impl.task.PreVoteTask;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stands for election in a group that has lost its leader, until it has another one. The first in rank begins at once, each other some time
 * later, since none knows whose log is the longest, and who has voted waits: so that they are not in each other's way. Belongs to the
 * group's thread.
 */
final class Candidacy implements Runnable {
    private static final int TRIES_MAX = 60;

    /** The others may hear of the loss a little later, and refuse until then. */
    private static final int HASTY_TRIES = 4;

    private static final long HASTY_MS = 15;
    private static final long STAGGER_MS = 120;

    private final RaftNodeImpl node;
    private final int rank;
    private int term;
    private int tries;
    private int votingTries;

    Candidacy(RaftNodeImpl node, int rank) {
        this.node = node;
        this.rank = rank;
        this.term = node.state().term();
    }

    void begin() {
        if (rank == 0) {
            run();
        } else {
            node.schedule(this, rank * STAGGER_MS);
        }
    }

    @Override
    public void run() {
        RaftState state = node.state();
        if (node.isTerminatedOrSteppedDown() || state.leader() != null || tries++ >= TRIES_MAX) {
            return;
        }
        if (state.term() != term) {
            // somebody is being elected, perhaps by this member's vote
            term = state.term();
            node.schedule(this, pauseMs());
            return;
        }
        if (state.role() == RaftRole.FOLLOWER) {
            new PreVoteTask(node, term).run();
            node.schedule(this, tries < HASTY_TRIES ? HASTY_MS : pauseMs());
            return;
        }
        if (state.role() == RaftRole.CANDIDATE && votingTries++ > 0) {
            new LeaderElectionTask(node, false).run();
            term = state.term();
            votingTries = 0;
        }
        node.schedule(this, pauseMs());
    }

    /** Another one for each rank: two that try in step both fail. */
    private long pauseMs() {
        return STAGGER_MS + rank * STAGGER_MS + ThreadLocalRandom.current().nextLong(STAGGER_MS / 2);
    }
}

package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteRequest;
import com.hazelcast.cp.internal.raft.impl.log.RaftLog;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stands for election in a group that has lost its leader, until it has another one. The first in rank begins at once, each other some time
 * later, since none knows whose log is the longest, and who has voted waits: so that they are not in each other's way. Where that does not
 * help, as votes are written to a disk that is slow, all wait longer from term to term. Asks with Raft's own messages whether others would
 * vote, but not by Hazelcast's own task, which asks again by itself for as long as there is no leader; so does the one that asks for the
 * votes then, in another term each time, and to end that, who is not elected follows again. Belongs to the group's thread.
 */
final class Candidacy implements Runnable {
    /** The others may hear of the loss a little later, and refuse until then. */
    private static final int HASTY_TRIES = 4;

    private static final long HASTY_MS = 15;
    private static final long STAGGER_MS = 120;

    /** It waits twice as long after each term that had no leader, and after so many tries. */
    private static final int TRIES_PER_DOUBLING = 10;

    private static final int DOUBLINGS_MAX = 3;

    /** How often it looks what became of a try. */
    private static final long LOOK_MS = 100;

    private static final int VOTING_PAUSES = 2;

    private static final int NO_TERM = -1;

    private final RaftNodeImpl node;
    private final int rank;
    private int term;

    /** In which this member was seen to be a candidate, until it is none. */
    private int votingTerm = NO_TERM;

    private int tries;
    private int termsWithoutLeader;

    /** Until the next step. */
    private long leftMs;

    private boolean over;

    Candidacy(RaftNodeImpl node, int rank) {
        this.node = node;
        this.rank = rank;
        this.term = node.state().term();
    }

    void begin() {
        if (rank == 0) {
            run();
        } else {
            leftMs = rank * STAGGER_MS;
            lookAgain();
        }
    }

    /** Not at once, whatever the rank. */
    void beginSoon() {
        leftMs = pauseMs();
        lookAgain();
    }

    /** It is another one's turn. */
    void end() {
        over = true;
    }

    /** Whether it stands no more. */
    boolean over() {
        return over;
    }

    /** Whether it is that node's, not the one's that was in the same group before. */
    boolean isOf(RaftNodeImpl other) {
        return node == other;
    }

    /** It is over when that fails, so that another one may begin. */
    @Override
    public void run() {
        boolean goesOn = false;
        try {
            if (!over && !node.isTerminatedOrSteppedDown() && node.state().leader() == null) {
                step(node.state());
                goesOn = true;
            }
        } finally {
            over = !goesOn;
        }
    }

    private void step(RaftState state) {
        if (state.role() == RaftRole.CANDIDATE) {
            awaitVotes(state);
        } else if (state.term() != term) {
            // somebody is being elected, perhaps by this member's vote
            termsWithoutLeader++;
            leftMs = pauseMs();
        } else if (leftMs <= 0) {
            tries++;
            askBeforehand(state);
            leftMs = tries < HASTY_TRIES ? HASTY_MS : pauseMs();
        }
        term = state.term();
        if (state.role() != RaftRole.CANDIDATE) {
            votingTerm = NO_TERM;
        }
        lookAgain();
    }

    private void lookAgain() {
        long step = Math.min(LOOK_MS, leftMs);
        leftMs -= step;
        node.schedule(this, step);
    }

    /** Follows again when the votes are late, or Hazelcast asked for others. Its vote for itself holds. */
    private void awaitVotes(RaftState state) {
        if (votingTerm == NO_TERM) {
            votingTerm = state.term();
            leftMs = VOTING_PAUSES * pauseMs();
        } else if (votingTerm != state.term() || leftMs <= 0) {
            node.toFollower(state.term());
            termsWithoutLeader++;
            leftMs = pauseMs();
        }
    }

    /**
     * Who would vote: no term begins by that. Once most would, Hazelcast asks for the votes. What was granted before does not count, as who
     * granted it may have a leader since; the hasty tries are one.
     */
    private void askBeforehand(RaftState state) {
        if (tries == 1 || tries > HASTY_TRIES || state.preCandidateState() == null) {
            state.initPreCandidateState();
        }
        RaftLog log = state.log();
        PreVoteRequest request = new PreVoteRequest(
                node.getLocalMember(), term + 1, log.lastLogOrSnapshotTerm(), log.lastLogOrSnapshotIndex());
        for (RaftEndpoint member : state.remoteMembers()) {
            node.send(request, member);
        }
    }

    /** Another one for each rank: two that try in step both fail. */
    private long pauseMs() {
        long pause =
                STAGGER_MS + rank * STAGGER_MS + ThreadLocalRandom.current().nextLong(STAGGER_MS / 2);
        return pause << Math.min(DOUBLINGS_MAX, termsWithoutLeader + tries / TRIES_PER_DOUBLING);
    }
}

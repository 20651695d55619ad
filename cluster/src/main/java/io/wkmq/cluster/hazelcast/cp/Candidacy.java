package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteRequest;
import com.hazelcast.cp.internal.raft.impl.log.RaftLog;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stands for election in a group that has lost its leader, until it has another one. The member first in rank begins at once, each other
 * one some time later, so that they do not compete; nobody knows whose log is the longest, and a member that has voted waits. Where that
 * does not help, since votes are written to a slow disk, all wait longer from term to term.
 *
 * <p>Sends Raft's own pre-vote requests, but not through Hazelcast's pre-vote task, which repeats itself for as long as there is no leader.
 * Hazelcast's vote task likewise starts a new term each time; to stop it, a candidate that is not elected becomes a follower again.
 * Confined to the group's thread.
 */
final class Candidacy implements Runnable {
    /** The other members may learn of the loss slightly later, and refuse until then. */
    private static final int HASTY_TRIES = 4;

    private static final long HASTY_MS = 15;
    private static final long STAGGER_MS = 120;

    /** The pauses double after each term without a leader, and after this many tries. */
    private static final int TRIES_PER_DOUBLING = 10;

    private static final int DOUBLINGS_MAX = 3;

    /** How often the state of a try is checked. */
    private static final long LOOK_MS = 100;

    private static final int VOTING_PAUSES = 2;

    private static final int NO_TERM = -1;

    private final RaftNodeImpl node;
    private final int rank;
    private int term;

    /** The term in which this member was seen to be a candidate, while it is one. */
    private int votingTerm = NO_TERM;

    private int tries;
    private int termsWithoutLeader;

    /** The time left until the next step. */
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

    /** Begins after a pause, whatever the rank. */
    void beginSoon() {
        leftMs = pauseMs();
        lookAgain();
    }

    /** Ends this candidacy in favor of another one. */
    void end() {
        over = true;
    }

    /** Returns whether this candidacy has ended. */
    boolean over() {
        return over;
    }

    /** Returns whether this candidacy belongs to the given Raft node, and not to an earlier one of the same group. */
    boolean isOf(RaftNodeImpl other) {
        return node == other;
    }

    /** Performs a step. If that fails the candidacy is over, so that another one may begin. */
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
            // somebody is being elected, perhaps with this member's vote
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

    /** Becomes a follower again if the votes are late or Hazelcast has begun another term. The vote for itself stands. */
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
     * Sends pre-vote requests, which begin no term; once a majority agrees, Hazelcast requests the votes. Pre-votes granted to earlier
     * tries do not count, as their granters may have a leader since; the hasty tries count as one.
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

    /** Differs by rank: two members that try in step would both fail. */
    private long pauseMs() {
        long pause =
                STAGGER_MS + rank * STAGGER_MS + ThreadLocalRandom.current().nextLong(STAGGER_MS / 2);
        return pause << Math.min(DOUBLINGS_MAX, termsWithoutLeader + tries / TRIES_PER_DOUBLING);
    }
}

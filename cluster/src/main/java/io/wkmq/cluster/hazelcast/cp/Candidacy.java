package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteRequest;
import com.hazelcast.cp.internal.raft.impl.dto.VoteRequest;
import com.hazelcast.cp.internal.raft.impl.log.RaftLog;
import com.hazelcast.cp.internal.raft.impl.state.RaftState;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stands for election in a group that has lost its leader, until it has another one. The first in rank begins at once, each other some time
 * later, since none knows whose log is the longest, and who has voted waits: so that they are not in each other's way. Where that does not
 * help, as votes are written to a disk that is slow, all wait longer from term to term. Asks with Raft's own messages, but not by
 * Hazelcast's own tasks: each of these asks again by itself, for as long as there is no leader. Belongs to the group's thread.
 */
final class Candidacy implements Runnable {
    /** The others may hear of the loss a little later, and refuse until then. */
    private static final int HASTY_TRIES = 4;

    private static final long HASTY_MS = 15;
    private static final long STAGGER_MS = 120;

    /** It waits twice as long after each term that had no leader, and after so many tries. */
    private static final int TRIES_PER_DOUBLING = 10;

    private static final int DOUBLINGS_MAX = 3;

    private final RaftNodeImpl node;
    private final int rank;
    private int term;
    private int tries;
    private int votingTries;
    private int termsWithoutLeader;
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
            node.schedule(this, rank * STAGGER_MS);
        }
    }

    /** Not at once, whatever the rank. */
    void beginSoon() {
        node.schedule(this, pauseMs());
    }

    /** It is another one's turn. */
    void end() {
        over = true;
    }

    /** Whether it stands no more. */
    boolean over() {
        return over;
    }

    @Override
    public void run() {
        RaftState state = node.state();
        if (over || node.isTerminatedOrSteppedDown() || state.leader() != null) {
            over = true;
            return;
        }
        tries++;
        if (state.term() != term) {
            // somebody is being elected, perhaps by this member's vote, perhaps this member
            term = state.term();
            votingTries = 0;
            if (state.role() == RaftRole.FOLLOWER) {
                termsWithoutLeader++;
            }
        } else if (state.role() == RaftRole.FOLLOWER) {
            askBeforehand(state);
            if (tries < HASTY_TRIES) {
                node.schedule(this, HASTY_MS);
                return;
            }
        } else if (state.role() == RaftRole.CANDIDATE && votingTries++ > 0) {
            askForVotes(state);
        }
        node.schedule(this, pauseMs());
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

    /** In a new term. */
    private void askForVotes(RaftState state) {
        VoteRequest request = state.toCandidate(false);
        for (RaftEndpoint member : state.remoteMembers()) {
            node.send(request, member);
        }
        term = state.term();
        votingTries = 0;
        termsWithoutLeader++;
    }

    /** Another one for each rank: two that try in step both fail. */
    private long pauseMs() {
        long pause =
                STAGGER_MS + rank * STAGGER_MS + ThreadLocalRandom.current().nextLong(STAGGER_MS / 2);
        return pause << Math.min(DOUBLINGS_MAX, termsWithoutLeader + tries / TRIES_PER_DOUBLING);
    }
}

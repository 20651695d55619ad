package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.cp.RaftAlgorithmConfig;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteResponse;
import com.hazelcast.cp.internal.raft.impl.handler.PreVoteResponseHandlerTask;
import com.hazelcast.cp.internal.raft.impl.task.LeaderElectionTask;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests one of five members whose candidacy is run step by step; the others answer only what the test permits. */
class CandidacyTest {
    private static final int MEMBERS = 5;

    /** That of the product. */
    private static final int ELECTION_TIMEOUT_MS = 500;

    private final List<RaftMember> members = new ArrayList<>();
    private final RaftMember member;
    private final RaftNodeImpl node;
    private volatile boolean broken;

    CandidacyTest() {
        Random random = Seeds.one("CandidacyTest");
        for (int i = 0; i < MEMBERS; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            members.add(new RaftMember(new RaftEndpointImpl(uuid), 1 + i, members, this::link));
        }
        member = members.get(0);
        node = member.startByHand(new RaftAlgorithmConfig().setLeaderElectionTimeoutInMillis(ELECTION_TIMEOUT_MS));
    }

    private boolean link(RaftEndpoint from, RaftEndpoint to) {
        if (broken) {
            throw new IllegalStateException("The link is broken");
        }
        return false;
    }

    @AfterEach
    void end() {
        members.forEach(RaftMember::close);
    }

    /** That member would vote in the next term. */
    private void grantBeforehand(int voter) {
        PreVoteResponse grant =
                new PreVoteResponse(members.get(voter).endpoint, node.state().term() + 1, true);
        new PreVoteResponseHandlerTask(node, grant).run();
    }

    private RaftRole role() {
        return node.state().role();
    }

    @Test
    void whatWasGrantedBeforehandInEarlierTriesDoesNotCount() {
        member.inOneGo(() -> {
            Candidacy candidacy = new Candidacy(node, 0);
            for (int i = 0; i < 5; i++) {
                int asked = member.preVotesAsked();
                runUntil(candidacy, () -> asksNext(asked));
                if (i == 3) {
                    grantBeforehand(1);
                }
            }
            grantBeforehand(2);
            assertThat(role()).as("with one of both").isEqualTo(RaftRole.FOLLOWER);
            grantBeforehand(3);
            assertThat(role()).as("with most at once").isEqualTo(RaftRole.CANDIDATE);
        });
    }

    /** Runs it until then, as if no time passed elsewhere, and returns after how many milliseconds that would be. */
    private long runUntil(Candidacy candidacy, BooleanSupplier done) {
        long began = sum(member.pauses());
        for (int i = 0; i < 1000; i++) {
            candidacy.run();
            if (done.getAsBoolean()) {
                return sum(member.pauses().subList(0, member.pauses().size() - 1)) - began;
            }
        }
        throw new AssertionError("Not after " + (sum(member.pauses()) - began) + " ms");
    }

    private static long sum(List<Long> pauses) {
        return pauses.stream().mapToLong(Long::longValue).sum();
    }

    private boolean asksNext(int asked) {
        return member.preVotesAsked() > asked;
    }

    @Test
    void whoIsNotAnsweredAsksLessAndLessOften() {
        member.inOneGo(() -> {
            Candidacy candidacy = new Candidacy(node, 0);
            List<Long> between = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int asked = member.preVotesAsked();
                between.add(runUntil(candidacy, () -> asksNext(asked)));
            }
            assertThat(between.subList(1, 4)).as("hasty").allMatch(pause -> pause < 100);
            assertThat(between.subList(4, 9)).allMatch(pause -> pause < 240);
            assertThat(between.subList(11, 19)).as("doubled").allMatch(pause -> pause >= 120 && pause < 480);
            assertThat(between.subList(31, 40))
                    .as("for the third time")
                    .allMatch(pause -> pause >= 800 && pause < 2000);
            assertThat(node.state().term()).isZero();
        });
    }

    @Test
    void whoWouldBeElectedButGetsNoVotesBeginsFewerAndFewerTerms() {
        member.inOneGo(() -> {
            Candidacy candidacy = new Candidacy(node, 0);
            List<Long> terms = new ArrayList<>();
            for (int term = 1; term <= 8; term++) {
                int asked = member.preVotesAsked();
                long ms = runUntil(candidacy, () -> asksNext(asked));
                grantBeforehand(1);
                grantBeforehand(2);
                assertThat(role()).isEqualTo(RaftRole.CANDIDATE);
                assertThat(node.state().term()).isEqualTo(term);
                ms += runUntil(candidacy, () -> role() == RaftRole.FOLLOWER);
                assertThat(node.state().term()).as("after it gave up").isEqualTo(term);
                assertThat(node.state().votedFor()).isEqualTo(member.endpoint);
                terms.add(ms);
            }
            assertThat(terms.get(0)).isLessThan(ELECTION_TIMEOUT_MS);
            assertThat(terms.subList(4, 8)).allMatch(ms -> ms > 8 * 3 * 100);
        });
    }

    @Test
    void whomHazelcastMakesACandidateAgainFollowsAgain() {
        member.inOneGo(() -> {
            Candidacy candidacy = new Candidacy(node, 0);
            candidacy.run();
            grantBeforehand(1);
            grantBeforehand(2);
            candidacy.run();
            assertThat(role()).isEqualTo(RaftRole.CANDIDATE);
            new LeaderElectionTask(node, false).run();
            assertThat(node.state().term()).isEqualTo(2);
            candidacy.run();
            assertThat(role()).isEqualTo(RaftRole.FOLLOWER);
        });
    }

    @Test
    void oneThatFailsIsOver() {
        member.inOneGo(() -> {
            Candidacy candidacy = new Candidacy(node, 0);
            candidacy.run();
            assertThat(candidacy.over()).isFalse();
            int asked = member.preVotesAsked();
            broken = true;
            assertThatThrownBy(() -> runUntil(candidacy, () -> asksNext(asked))).hasMessage("The link is broken");
            assertThat(candidacy.over()).isTrue();
        });
    }
}

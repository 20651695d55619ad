package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.cp.RaftAlgorithmConfig;
import com.hazelcast.cp.internal.RaftEndpointImpl;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.RaftRole;
import com.hazelcast.cp.internal.raft.impl.dto.PreVoteResponse;
import com.hazelcast.cp.internal.raft.impl.handler.PreVoteResponseHandlerTask;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One of five members, whose candidacy is run step by step; the others answer only what the test lets them. */
class CandidacyTest {
    private static final int MEMBERS = 5;

    /** That of the product. */
    private static final int ELECTION_TIMEOUT_MS = 500;

    private final List<RaftMember> members = new ArrayList<>();
    private final RaftMember member;
    private final RaftNodeImpl node;

    CandidacyTest() {
        Random random = Seeds.one("CandidacyTest");
        for (int i = 0; i < MEMBERS; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            members.add(new RaftMember(new RaftEndpointImpl(uuid), 1 + i, members, (from, to) -> false));
        }
        member = members.get(0);
        node = member.startByHand(
                new RaftAlgorithmConfig().setLeaderElectionTimeoutInMillis(ELECTION_TIMEOUT_MS));
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
                candidacy.run();
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
}

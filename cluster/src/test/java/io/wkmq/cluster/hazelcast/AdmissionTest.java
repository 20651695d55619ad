package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.Verdict;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which versions of the protocol between nodes are compatible. */
final class AdmissionTest {
    private final RemovedNodes removed = new RemovedNodes(InstantSource.system());
    private final Peer other = TestNode.peer("b");

    private static Peer speaking(int protocol) {
        Peer peer = TestNode.peer("a");
        return new Peer(peer.node(), peer.incarnation(), peer.host(), peer.linkPort(), protocol);
    }

    private Verdict judge(int own, int theirs) {
        return new Admission(speaking(own), removed).judge(other.node(), other.incarnation(), theirs, List.of());
    }

    private Verdict judgeJoining(int own, int theirs) {
        return new Admission(speaking(own), removed).judgeJoining(other.node(), other.incarnation(), theirs, List.of());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,0", "1,999", "999,1", "1000,1999", "1999,1000"})
    void versionsOfTheSameThousandAreTaken(int own, int theirs) {
        assertThat(judge(own, theirs)).isEqualTo(Verdict.OK);
        assertThat(judgeJoining(own, theirs)).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @CsvSource({"1,1000", "1000,999", "1000,2000", "1999,2000", "1,-1", "1,-2147483648", "1,2147483647"})
    void othersAreRefusedWithBothVersions(int own, int theirs) {
        Verdict refusal = Verdict.refusal(
                Verdict.Code.VERSION,
                "Node b@127.0.0.1 speaks version " + theirs + " of the protocol between nodes, node a@127.0.0.1 speaks "
                        + own);
        assertThat(judge(own, theirs)).isEqualTo(refusal);
        assertThat(judgeJoining(own, theirs)).isEqualTo(refusal);
    }

    @Test
    void aRemovedNodeOfAnotherVersionIsToldOfTheVersionAndStaysRemoved() {
        removed.add(other.id(), other.node().name());

        assertThat(judge(1, 1_000).code()).isEqualTo(Verdict.Code.VERSION);
        assertThat(judge(1, 2).code()).isEqualTo(Verdict.Code.DENIED);
        assertThat(judgeJoining(1, 1_000).code()).isEqualTo(Verdict.Code.VERSION);
        assertThat(removed.contains(other.id())).isTrue();
    }
}

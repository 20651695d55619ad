package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which nodes a claim waits for until its will is in another node's care. */
class OwnWillsTest {
    private static final Will WILL =
            new Will(TopicName.of("t"), new byte[] {1}, Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, -1, 0);

    private final List<Sent> sent = new ArrayList<>();
    private long nowMs = 1_000_000;
    private int settled;
    private final OwnWills wills = new OwnWills(
            1,
            (node, guard, answered, unanswered) -> sent.add(new Sent(node, guard, answered, unanswered)),
            () -> nowMs,
            200);

    private record Sent(NodeId to, Guard guard, Runnable answered, Runnable unanswered) {}

    private static Peer peer(long number) {
        return new Peer(
                new Node(new NodeId(new UUID(0, number)), NodeName.parse("n" + number + "@test")),
                number,
                "test",
                1,
                1);
    }

    private Sent take() {
        assertThat(sent).hasSize(1);
        return sent.remove(0);
    }

    private void pass(long ms) {
        nowMs += ms;
        wills.flush();
    }

    @BeforeEach
    void meet() {
        wills.here(peer(2));
        wills.here(peer(3));
        wills.flush();
        List.copyOf(sent).forEach(hello -> hello.answered().run());
        sent.clear();
        assertThat(wills.propose("c", 7, WILL, 0, () -> settled++)).isTrue();
        wills.flush();
    }

    @Test
    void claimIsLetGoWhenTheOtherNodeHasItsWill() {
        take().answered().run();
        assertThat(settled).isOne();
    }

    @Test
    void claimWaitsForTheNextNodeIfTheMessageToTheFirstOneFailsForThatIsGoing() {
        Sent first = take();
        first.unanswered().run();
        wills.gone(peer(first.to().value().getLeastSignificantBits()));
        wills.flush();
        Sent next = take();
        assertThat(settled).isZero();

        next.answered().run();

        assertThat(settled).isOne();
        assertThat(next.to()).isNotEqualTo(first.to());
        assertThat(next.guard().wills()).hasSize(1);
    }

    @Test
    void whatComesFromANodeThatIsGoneLetsNobodyGo() {
        Sent first = take();
        wills.gone(peer(first.to().value().getLeastSignificantBits()));
        first.unanswered().run();
        pass(1_000);
        assertThat(settled).isZero();
        take().answered().run();
        assertThat(settled).isOne();
    }

    @Test
    void claimDoesNotWaitForANodeThatIsHereAndDoesNotAnswer() {
        take().unanswered().run();
        assertThat(settled).as("it may be going").isZero();
        pass(100);
        assertThat(settled).isOne();
    }
}

package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Wish;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TellingTest {
    private static final Peer OTHER = peer(2);

    private final List<Tell> told = new ArrayList<>();
    private boolean reached = true;
    private int late;
    private long nowMs = 1_000_000;
    private final Telling telling =
            new Telling(peer(1), new Line(), new Book(), TestLimits.waiting(2_000, 3_000), () -> nowMs);

    private static Peer peer(int number) {
        return new Peer(
                new Node(new NodeId(new UUID(0, number)), NodeName.parse("n" + number + "@test")),
                number,
                "test",
                1,
                1);
    }

    /** A line on which nobody answers. */
    private final class Line implements Telling.TellLine {
        @Override
        public void tell(NodeId node, Tell tell, Consumer<Told> answered, Runnable unanswered) {
            told.add(tell);
        }

        @Override
        public boolean reaches(NodeId node) {
            return reached;
        }
    }

    private final class Book implements Telling.Book {
        @Override
        public Held held(String clientId, NodeId to) {
            return new Held(clientId, 7, Wish.KEEP, 0);
        }

        @Override
        public void judged(PeerTells peer, Held held, Verdict verdict) {}

        @Override
        public void late(NodeId node) {
            late++;
        }
    }

    private void pass(long ms) {
        nowMs += ms;
        telling.tick();
    }

    @Test
    void nodeThatDoesNotAnswerAndIsOutOfReachIsNotWaitedFor() {
        telling.here(OTHER, List.of("c"));
        telling.flush();
        assertThat(told).hasSize(1);
        reached = false;
        pass(400);
        assertThat(late).as("an answer takes its time").isZero();
        pass(200);
        assertThat(late).isOne();
        pass(200);
        assertThat(late).as("times that it was said").isOne();
    }

    @Test
    void nodeThatIsInReachMayTakeItsTime() {
        telling.here(OTHER, List.of("c"));
        telling.flush();
        pass(1_900);
        assertThat(late).isZero();
        reached = false;
        pass(20);
        assertThat(late).isOne();
    }

    @Test
    void nodeThatOwesNothingIsNotLate() {
        telling.here(OTHER, List.of());
        telling.flush();
        reached = false;
        pass(1_900);
        assertThat(told).isEmpty();
        assertThat(late).isZero();
    }
}

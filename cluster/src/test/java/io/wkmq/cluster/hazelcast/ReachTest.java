package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.Peer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReachTest {
    private static final Duration LIMIT = Duration.ofSeconds(12);

    private final AtomicLong nanos = new AtomicLong();
    private final Peer self = TestNode.peer("self");
    private final Peer b = TestNode.peer("b");
    private final Peer c = TestNode.peer("c");
    private final Reach reach = new Reach(self.node(), LIMIT, InstantSource.system(), nanos::get);

    @BeforeEach
    void bothAreHere() {
        reach.here(b.id());
        reach.here(c.id());
    }

    private void pass(Duration time) {
        long left = time.toNanos();
        do {
            long step = Math.min(left, Duration.ofSeconds(2).toNanos());
            nanos.addAndGet(step);
            left -= step;
            reach.look(List.of(b, c));
        } while (left > 0);
    }

    private static Set<String> names(Cut cut) {
        return Set.of(cut.one().name().name(), cut.other().name().name());
    }

    @Test
    void whoHasAnsweredIsToldOnce() {
        reach.answered(b.id());
        reach.answered(c.id());
        reach.gone(c.id());
        reach.answered(self.id());

        assertThat(reach.takeAnswered()).containsExactly(b.id());
        assertThat(reach.takeAnswered()).isEmpty();
    }

    @Test
    void aPeerThatDoesNotAnswerForLongIsNotReached() {
        pass(LIMIT.minusMillis(1));
        reach.answered(b.id());
        assertThat(reach.cuts()).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(reach.unreached()).containsExactly(c.id());
        assertThat(reach.cuts())
                .singleElement()
                .satisfies(cut -> assertThat(names(cut)).containsExactlyInAnyOrder("self", "c"));
        reach.answered(c.id());
        pass(Duration.ZERO);
        assertThat(reach.cuts()).isEmpty();
    }

    @Test
    void whatBothSidesTellIsOneCutUntilBothTellOtherwise() {
        reach.told(b.id(), Set.of(c.id()));
        reach.told(c.id(), Set.of(b.id()));
        pass(Duration.ZERO);
        assertThat(reach.cuts())
                .singleElement()
                .satisfies(cut -> assertThat(names(cut)).containsExactlyInAnyOrder("b", "c"));
        Cut first = reach.cuts().get(0);

        reach.told(c.id(), Set.of());
        pass(Duration.ZERO);
        assertThat(reach.cuts()).containsExactly(first);

        reach.told(b.id(), Set.of());
        pass(Duration.ZERO);
        assertThat(reach.cuts()).isEmpty();
    }

    @Test
    void whoIsNotHereIsCutOffFromNobody() {
        reach.told(b.id(), Set.of(TestNode.peer("d").id(), b.id()));
        reach.told(TestNode.peer("e").id(), Set.of(b.id()));
        reach.gone(c.id());
        pass(Duration.ZERO);

        assertThat(reach.cuts()).isEmpty();
        pass(LIMIT);
        assertThat(reach.unreached()).containsExactly(b.id());
    }

    @Test
    void whatANodeSaidLongAgoDoesNotCount() {
        reach.told(b.id(), Set.of(c.id()));
        pass(LIMIT.minusMillis(1));
        assertThat(reach.cuts()).hasSize(1);
        reach.answered(b.id());
        reach.answered(c.id());
        pass(Duration.ofMillis(1));
        assertThat(reach.cuts()).isEmpty();
    }

    @Test
    void aNodeThatStoodStillAccusesNobody() {
        reach.told(b.id(), Set.of(c.id()));
        nanos.addAndGet(LIMIT.toNanos());

        reach.look(List.of(b, c));

        assertThat(reach.cuts()).isEmpty();
        assertThat(reach.unreached()).isEmpty();
    }
}

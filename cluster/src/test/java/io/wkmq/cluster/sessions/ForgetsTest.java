package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Wish;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ForgetsTest {
    private final List<Consumer<Boolean>> orders = new ArrayList<>();
    private long nowMs;
    private final Forgets forgets = new Forgets((id, claim, epoch, forgotten) -> orders.add(forgotten), () -> nowMs);
    private final NodeId node = SimMembers.id(1);
    private final Held held = new Held("c", 9, Wish.END, 7);

    @Test
    void whoAsksAgainIsToldWhenTheStoreHasForgotten() {
        forgets.begin(node, held);
        assertThat(forgets.done(node, held)).isFalse();
        orders.get(0).accept(true);
        assertThat(forgets.done(node, held)).isTrue();
        assertThat(forgets.size()).isZero();
        assertThat(orders).hasSize(1);
    }

    @Test
    void storeThatHasNotForgottenIsToldAgain() {
        forgets.begin(node, held);
        orders.get(0).accept(false);
        assertThat(forgets.done(node, held)).isFalse();
        orders.get(1).accept(true);
        assertThat(forgets.done(node, held)).isTrue();
    }

    @Test
    void whatNobodyAsksForIsNotKept() {
        forgets.begin(node, held);
        nowMs = 60_000;
        forgets.tick();
        assertThat(forgets.size()).as("the store is at it").isOne();
        orders.get(0).accept(true);
        nowMs = 69_999;
        forgets.tick();
        assertThat(forgets.size()).isOne();
        nowMs = 70_000;
        forgets.tick();
        assertThat(forgets.size()).isZero();
        assertThat(forgets.done(node, held)).as("nobody knows any more").isFalse();
        assertThat(orders).hasSize(2);
    }
}

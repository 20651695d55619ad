package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FencesTest {
    private final List<Consumer<Boolean>> passes = new ArrayList<>();
    private long nowMs;
    private final Fences fences = new Fences((towards, passed) -> passes.add(passed), () -> nowMs);
    private final NodeId node = SimMembers.id(1);

    private CompletableFuture<Void> ask(NodeId towards) {
        return fences.passed(towards).toCompletableFuture();
    }

    @Test
    void whoAsksMeanwhileSharesTheNextWait() {
        CompletableFuture<Void> first = ask(node);
        CompletableFuture<Void> second = ask(node);
        CompletableFuture<Void> third = ask(node);
        assertThat(passes).hasSize(1);

        passes.get(0).accept(true);
        assertThat(first).isCompleted();
        assertThat(second)
                .as("it may have routed something after the first wait began")
                .isNotDone();
        assertThat(passes).hasSize(2);
        passes.get(1).accept(true);
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(ask(node)).isNotDone();
        assertThat(passes).hasSize(3);
    }

    @Test
    void nodesDoNotWaitForEachOther() {
        CompletableFuture<Void> one = ask(node);
        CompletableFuture<Void> other = ask(SimMembers.id(2));
        passes.get(1).accept(true);
        assertThat(one).isNotDone();
        assertThat(other).isCompleted();
    }

    @Test
    void whatIsNotKnownIsNotClaimed() {
        CompletableFuture<Void> refused = ask(node);
        passes.get(0).accept(false);
        assertThat(refused).isCompletedExceptionally();
    }

    @Test
    void nobodyWaitsForLong() {
        CompletableFuture<Void> first = ask(node);
        nowMs = 1_500;
        CompletableFuture<Void> second = ask(node);
        nowMs = 2_000;
        fences.tick();
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isNotDone();
        passes.get(0).accept(true);
        passes.get(1).accept(true);
        assertThat(second).isCompleted();
    }
}

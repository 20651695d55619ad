package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final SimLoop timer = new SimLoop();

    @Test
    void whatPassesTakesItsTime() {
        Pace pace = new Pace(timer, 1_000_000);
        for (int i = 0; i < 10; i++) {
            assertThat(pace.passed(99)).as("less than a ms").isCompleted();
        }
        CompletableFuture<Void> next = pace.passed(50_010).toCompletableFuture(); // and 990 before
        timer.pass(50);
        assertThat(next).isNotDone();
        timer.pass(1);
        assertThat(next).isCompleted();
        assertThat(pace.passed(999)).isCompleted();
        assertThat(pace.passed(1)).as("1,000 in all").isNotCompleted();
    }
}

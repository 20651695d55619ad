package io.wkmq.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    @Test
    void returnsAsSoonAsTheConditionHolds() {
        AtomicInteger asked = new AtomicInteger();

        Await.until("asked three times", () -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }

    @Test
    void failsWithTheLastStateWhenTheDeadlinePasses() {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> Await.until(Duration.ofMillis(20), () -> "asked " + asked.get() + " times", () -> {
                    asked.incrementAndGet();
                    return false;
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("Not within PT0.02S: asked [1-9][0-9]* times");
    }

    @Test
    void stopsWhenTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until("never", () -> false)).hasMessageContaining("Interrupted");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadlineOfNoTimeHasPassedAtOnce() {
        Deadline deadline = Deadline.after(Duration.ZERO);

        assertThat(deadline.passed()).isTrue();
        assertThat(deadline.remaining()).isZero();
    }
}

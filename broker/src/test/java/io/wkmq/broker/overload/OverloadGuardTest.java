package io.wkmq.broker.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.OverloadConfig;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OverloadGuardTest {
    private double used = 0.1;
    private int collections;
    private Instant now = Instant.ofEpochSecond(1_800_000_000);

    private OverloadGuard guard(int maxConnections, int connectsPerSecond) {
        return new OverloadGuard(
                new OverloadConfig(maxConnections, connectsPerSecond, 0.85, 0, 0.25, 65_536),
                () -> used,
                () -> now,
                () -> collections++);
    }

    @Test
    void connectionBeyondTheMaximumIsRefusedAndCounted() {
        OverloadGuard guard = guard(2, 0);
        assertThat(guard.admit(1)).isTrue();
        assertThat(guard.admit(2)).isFalse();
        assertThat(guard.refused()).isEqualTo(1);
    }

    @Test
    void connectsOfOneSecondAreLimitedAndTheNextSecondStartsAnew() {
        OverloadGuard guard = guard(100, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(guard.admit(0)).isTrue();
        }
        assertThat(guard.admit(0)).isFalse();

        now = now.plusSeconds(1);
        assertThat(guard.admit(0)).isTrue();
    }

    @Test
    void connectionsAreRefusedWhileMemoryIsShort() {
        OverloadGuard guard = guard(100, 0);
        used = 0.86;
        guard.lookAtMemory();
        assertThat(guard.admit(0)).isFalse();

        used = 0.5;
        guard.lookAtMemory();
        assertThat(guard.admit(0)).isTrue();
    }

    @Test
    void memoryThatStaysShortIsCollected() {
        OverloadGuard guard = guard(100, 0);
        used = 0.9;
        guard.lookAtMemory();
        now = now.plusSeconds(299);
        guard.lookAtMemory();
        assertThat(collections).isZero();

        now = now.plusSeconds(1);
        guard.lookAtMemory();
        assertThat(collections).isEqualTo(1);
        now = now.plusSeconds(299);
        guard.lookAtMemory();
        assertThat(collections).isEqualTo(1);
        now = now.plusSeconds(1);
        guard.lookAtMemory();
        assertThat(collections).isEqualTo(2);

        used = 0.5;
        now = now.plusSeconds(300);
        guard.lookAtMemory();
        now = now.plusSeconds(300);
        guard.lookAtMemory();
        assertThat(collections).as("it is free again").isEqualTo(2);
    }

    @Test
    void memoryOfThisProcessIsAShare() {
        assertThat(MemoryUse.ofThisProcess().share()).isBetween(0.0, 1.0);
    }
}

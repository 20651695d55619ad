package io.wkmq.cluster.sessions;

import java.time.Duration;

/** The limits of nodes in tests without special requirements. */
final class TestLimits {
    /** How long a node that is back holds its wills. */
    static final long RESTART_MS = 20_000;

    private TestLimits() {}

    static ClaimLimits waiting(long connectMs, long willMs) {
        return ClaimLimits.of(new SessionTimes(
                Duration.ofMillis(connectMs),
                Duration.ofSeconds(5),
                Duration.ofMillis(willMs),
                Duration.ofMillis(RESTART_MS)));
    }
}

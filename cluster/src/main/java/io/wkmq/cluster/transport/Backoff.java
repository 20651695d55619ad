package io.wkmq.cluster.transport;

import java.util.random.RandomGenerator;

/**
 * Delays between connection attempts: exponential from 50 ms to 5 s, with random jitter so that nodes do not retry in step. Belongs
 * to one thread.
 */
final class Backoff {
    private static final long FIRST_MS = 50;
    private static final long SOON_MS = 400;
    private static final long MAX_MS = 5_000;

    private final RandomGenerator random;
    private long nextMs = FIRST_MS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    long nextDelayMs() {
        long delayMs = nextMs / 2 + random.nextLong(nextMs / 2 + 1);
        nextMs = Math.min(nextMs * 2, MAX_MS);
        return delayMs;
    }

    /** Caps the next delay at 400 ms: the other side responded and may accept any moment. */
    void soon() {
        nextMs = Math.min(nextMs, SOON_MS);
    }

    /** Resets the delay after a successful attempt. */
    void reset() {
        nextMs = FIRST_MS;
    }
}

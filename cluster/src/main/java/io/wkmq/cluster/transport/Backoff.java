package io.wkmq.cluster.transport;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: from 50 ms on twice as long each time, up to 5 s, less a random part so
 * that nodes do not try in step. Belongs to one thread.
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

    /** The other side was there and may change its mind any moment: the next attempts are not far apart. */
    void soon() {
        nextMs = Math.min(nextMs, SOON_MS);
    }

    /** The last attempt went well. */
    void reset() {
        nextMs = FIRST_MS;
    }
}

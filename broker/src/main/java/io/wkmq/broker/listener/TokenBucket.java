package io.wkmq.broker.listener;

import java.util.concurrent.TimeUnit;

/**
 * A rate limit with bursts. Not thread-safe. Implements the generic cell rate algorithm: its only state is the time at which
 * everything taken so far would have been allowed at the even rate, so there is nothing to refill.
 */
final class TokenBucket {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double nanosPerToken;
    private final long burstNanos;
    private long paidUntilNanos;

    TokenBucket(long perSecond, long burst, long nowNanos) {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException(
                    "rate=" + perSecond + " burst=" + burst + ", expected at least 1 of each");
        }
        nanosPerToken = NANOS / perSecond;
        burstNanos = (long) (nanosPerToken * burst);
        paidUntilNanos = nowNanos;
    }

    /** Takes the tokens even if they are not available yet; returns for how many nanoseconds nothing more may be taken. */
    long take(long tokens, long nowNanos) {
        paidUntilNanos = startingPoint(nowNanos) + (long) (nanosPerToken * tokens);
        return Math.max(0, paidUntilNanos - nowNanos - burstNanos);
    }

    /** Takes one token if it is available. */
    boolean tryTake(long nowNanos) {
        long paid = startingPoint(nowNanos) + (long) nanosPerToken;
        if (paid - nowNanos > burstNanos) {
            return false;
        }
        paidUntilNanos = paid;
        return true;
    }

    // Nano times may wrap around: compare by difference.
    private long startingPoint(long nowNanos) {
        return paidUntilNanos - nowNanos > 0 ? paidUntilNanos : nowNanos;
    }
}

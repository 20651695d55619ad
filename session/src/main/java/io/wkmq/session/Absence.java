package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The time a session spends without a connection: when its will is due and when it ends. Belongs to the session's shard. The
 * one timer of a session, and only while one of both is to come.
 */
final class Absence implements Runnable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Lifetime lifetime;
    private final Shard shard;
    private final long sinceMs;
    private long willDueMs;
    private final long endsAtMs;
    private ShardExecutor.@Nullable Timer timer;

    /**
     * An absence that began at {@code sinceMs}.
     *
     * @param willDelaySeconds when the will is due after that, or negative without a will
     */
    Absence(Lifetime lifetime, Shard shard, long sinceMs, long willDelaySeconds) {
        this.lifetime = lifetime;
        this.shard = shard;
        this.sinceMs = sinceMs;
        long expiry = lifetime.expirySeconds();
        this.endsAtMs = expiry == ConnectRequest.NEVER ? NEVER : sinceMs + expiry * 1000;
        this.willDueMs = willDelaySeconds < 0 ? NEVER : sinceMs + willDelaySeconds * 1000;
    }

    long sinceMs() {
        return sinceMs;
    }

    /** Whether the session is at its end. */
    boolean over() {
        return endsAtMs <= shard.clock().millis();
    }

    /** Starts to wait, again after {@link #cancel}. What is overdue happens in a later turn of the loop. */
    void arm() {
        long next = Math.min(willDueMs, endsAtMs);
        if (next != NEVER) {
            timer = shard.executor()
                    .schedule(this, Math.max(0, next - shard.clock().millis()));
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        if (shard.closed()) {
            return;
        }
        if (endsAtMs <= willDueMs) {
            lifetime.expired(); // [MQTT-4.1.0-2]; publishes the will if it is still due
        } else {
            willDueMs = NEVER;
            lifetime.willDue();
            arm();
        }
    }
}

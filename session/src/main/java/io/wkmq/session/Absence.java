package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * A period in which a session has no connection; determines when its will is due and when the session ends. Confined to the
 * session's shard. Holds the session's only timer, which runs only while either of these is pending.
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
     * Creates an absence that began at {@code sinceMs}.
     *
     * @param willDelaySeconds the delay after which the will is due, negative if there is no will
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

    /** Returns whether the session has expired. */
    boolean over() {
        return endsAtMs <= shard.clock().millis();
    }

    /** Starts the timer, possibly again after {@link #cancel}. Overdue actions run in a later turn of the event loop. */
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
            lifetime.expired(); // [MQTT-4.1.0-2]; publishes the will if still pending
        } else {
            willDueMs = NEVER;
            lifetime.willDue();
            arm();
        }
    }
}

package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices a cluster that stays frozen: Hazelcast freezes one that is to be merged into another, and a merge that comes to nothing
 * may leave it so, and then nobody can join for ever. Confined to one thread.
 */
final class FrozenWatch {
    /** Merges take a few seconds. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private boolean watching;
    private long since;

    FrozenWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes note of what is so now.
     *
     * @param frozen whether the cluster is frozen though no merge goes on
     * @return whether it has been for {@link #LIMIT}; said once, then after that time again
     */
    boolean tooLong(boolean frozen) {
        long now = nanoTime.getAsLong();
        if (!frozen) {
            watching = false;
        } else if (!watching) {
            watching = true;
            since = now;
        } else if (now - since >= LIMIT.toNanos()) {
            since = now;
            return true;
        }
        return false;
    }
}

package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a cluster that stays frozen: Hazelcast freezes one that is to be merged into another, and a merge that comes to nothing
 * may leave it so, and then nobody can join for ever. Confined to one thread.
 */
final class FrozenWatch {
    /** Merges take a few seconds. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(FrozenWatch.class);

    private final LongSupplier nanoTime;
    private boolean watching;
    private long since;

    FrozenWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Has the cluster take nodes again if this member leads it and it stays frozen.
     *
     * @param changing whether a merge or a change runs, which freezes it
     */
    void look(@Nullable HazelcastMember running, boolean changing) {
        if (running != null && tooLong(running.leads() && running.frozen() && !changing)) {
            LOG.warn(
                    "The cluster takes no nodes since {}, as after a merge that was interrupted; it does again", LIMIT);
            running.thaw();
        }
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

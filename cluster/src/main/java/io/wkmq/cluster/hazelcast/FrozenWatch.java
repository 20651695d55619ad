package io.wkmq.cluster.hazelcast;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a cluster that stays frozen. Hazelcast freezes a cluster that is about to merge into another; a merge that fails may leave it
 * frozen, and then nobody can ever join. Confined to one thread.
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
     * Unfreezes the cluster if this member leads it and it has stayed frozen too long.
     *
     * @param changing whether a merge or a change, which freezes the cluster, is in progress
     */
    void look(@Nullable HazelcastMember running, boolean changing) {
        if (running != null && tooLong(running.leads() && running.frozen() && !changing)) {
            LOG.warn(
                    "The cluster takes no nodes since {}, as after a merge that was interrupted; it does again", LIMIT);
            running.thaw();
        }
    }

    /**
     * Records the current state.
     *
     * @param frozen whether the cluster is frozen though no merge is in progress
     * @return true if it has been frozen for {@link #LIMIT}; true again only after another such period
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

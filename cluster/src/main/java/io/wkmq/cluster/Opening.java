package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moment in which a node meets others for the first time. Of nodes that start together one is the first, where the strategy can
 * see to that. {@link #enter} is called once, and blocks; the rest is thread-safe.
 */
final class Opening {
    static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    private final Discovery discovery;
    private final Duration lockPatience;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /**
     * Nobody is met yet.
     *
     * @param lockPatience how long the lock is waited for, before the node goes on without
     */
    Opening(Discovery discovery, Duration lockPatience) {
        this.discovery = discovery;
        this.lockPatience = lockPatience;
    }

    /** Completes once the node takes members; exceptionally, with the reason, if it never will. */
    CompletableFuture<Void> done() {
        return done.copy();
    }

    /**
     * Finds out where others may be, then enters their cluster.
     *
     * @param together whether others may do the same at this moment
     * @param entry enters the cluster
     */
    @SuppressWarnings("IllegalCatch") // whoever waits has to be told of bugs too; they are thrown on
    void enter(boolean together, Runnable entry) {
        try {
            if (together) {
                enterLocked(entry);
            } else {
                lookAndEnter(entry);
            }
            done.complete(null);
        } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
            throw e;
        }
    }

    private void enterLocked(Runnable entry) {
        if (!Boolean.TRUE.equals(Arrival.within(lockPatience.plusSeconds(1), discovery.lock(lockPatience)))) {
            log.info("This node does not wait for the lock of discovery any longer, waited={}", lockPatience);
        }
        try {
            lookAndEnter(entry);
        } finally {
            discovery.unlock(); // be it that the lock came when nobody waited for it any more
        }
    }

    private void lookAndEnter(Runnable entry) {
        DiscoveryReport report = Arrival.within(FIRST_LOOK, discovery.look());
        if (report != null && report.failure() != null) {
            log.warn("Discovery sees nobody yet, it goes on looking: {}", report.failure());
        }
        entry.run();
    }

    /** The node stops; if it has met nobody so far it will not. */
    void close() {
        done.completeExceptionally(new IllegalStateException("The node stops"));
    }
}

package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's first meeting with others. Of nodes that start together one goes first, if the strategy supports locks. {@link #enter}
 * is called once, and blocks; the rest is thread-safe.
 */
final class Opening {
    static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);
    private static final Logger log = LoggerFactory.getLogger(Opening.class);

    private final Discovery discovery;
    private final Duration lockPatience;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /**
     * Creates an opening that has not started.
     *
     * @param lockPatience how long to wait for the lock before going on without it
     */
    Opening(Discovery discovery, Duration lockPatience) {
        this.discovery = discovery;
        this.lockPatience = lockPatience;
    }

    /** Completes once the node accepts members; fails, with the reason, if it never will. */
    CompletableFuture<Void> done() {
        return done.copy();
    }

    /**
     * Finds out where others may be, then enters their cluster.
     *
     * @param together whether others may do the same at this moment
     * @param entry enters the cluster
     */
    @SuppressWarnings("IllegalCatch") // waiting callers must learn of bugs too; rethrown
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
            discovery.unlock(); // even if the lock was obtained after the wait for it had ended
        }
    }

    private void lookAndEnter(Runnable entry) {
        DiscoveryReport report = Arrival.within(FIRST_LOOK, discovery.look());
        if (report != null && report.failure() != null) {
            log.warn("Discovery sees nobody yet, it goes on looking: {}", report.failure());
        }
        entry.run();
    }

    /** Fails the opening, unless it is done, because the node stops. */
    void close() {
        done.completeExceptionally(new IllegalStateException("The node stops"));
    }
}

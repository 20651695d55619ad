package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys other nodes that tell this one to leave. Runs on a thread of its own, as leaving blocks, and retries while an administrator's
 * change is in progress. Of several pending orders the last one counts. Thread-safe; does not block.
 */
final class LeaveOrder {
    private static final Logger LOG = LoggerFactory.getLogger(LeaveOrder.class);

    private final Function<String, Supplier<ChangeResult>> orders;
    private final Duration pause;
    private final Duration patience;

    /** The latest order, until it has been obeyed. */
    @GuardedBy("this")
    private @Nullable Supplier<ChangeResult> order;

    /**
     * Creates an instance without an order.
     *
     * @param orders makes the order for a reason when the order is given; running it leaves the cluster, and blocks
     * @param pause the time between two attempts
     * @param patience how long to retry
     */
    LeaveOrder(Function<String, Supplier<ChangeResult>> orders, Duration pause, Duration patience) {
        this.orders = orders;
        this.pause = pause;
        this.patience = patience;
    }

    /**
     * Leaves the cluster soon.
     *
     * @param why the reason, a sentence
     */
    void obey(String why) {
        Supplier<ChangeResult> given = orders.apply(why);
        synchronized (this) {
            boolean obeying = order != null;
            order = given;
            if (obeying) {
                return;
            }
        }
        Thread thread = new Thread(() -> obeyAll(given), "wkmq-leave");
        thread.setDaemon(true);
        thread.start();
    }

    private void obeyAll(Supplier<ChangeResult> first) {
        for (Supplier<ChangeResult> next = first; next != null; next = after(next)) {
            try {
                obey(next);
            } catch (RuntimeException e) {
                LOG.error("This node was told to leave its cluster but failed to do so", e);
            }
        }
    }

    /** Returns the order that replaced the given one, or null. */
    private synchronized @Nullable Supplier<ChangeResult> after(Supplier<ChangeResult> done) {
        if (order == done) {
            order = null;
        }
        return order;
    }

    private void obey(Supplier<ChangeResult> leave) {
        ChangeResult result = leave.get();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!result.ok() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(pause.toNanos());
            result = leave.get();
        }
        LOG.info("This node was told to leave its cluster: {}", result.text());
    }
}

package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.hazelcast.ChangeResult.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys other nodes that tell this one to leave: on a thread of its own, as leaving blocks, and again while an administrator's change
 * is in the way. Thread-safe; does not block.
 */
final class LeaveOrder {
    private static final Logger LOG = LoggerFactory.getLogger(LeaveOrder.class);

    private final Function<String, ChangeResult> leave;
    private final Duration pause;
    private final Duration patience;
    private final AtomicBoolean obeying = new AtomicBoolean();

    /**
     * Nobody told this node to leave yet.
     *
     * @param leave leaves for a reason; blocks
     * @param pause between two tries
     * @param patience how long it is tried
     */
    LeaveOrder(Function<String, ChangeResult> leave, Duration pause, Duration patience) {
        this.leave = leave;
        this.pause = pause;
        this.patience = patience;
    }

    /**
     * Leaves soon.
     *
     * @param who the node that says so
     */
    void obey(String who) {
        if (obeying.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> leave(who), "wkmq-leave");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void leave(String who) {
        try {
            String why =
                    "Node " + who + " has removed this node from the cluster; it comes back by 'cluster join' on it";
            ChangeResult result = leave.apply(why);
            long deadline = System.nanoTime() + patience.toNanos();
            while (result.outcome() != Outcome.DONE && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(pause.toNanos());
                result = leave.apply(why);
            }
            LOG.info("This node was told to leave its cluster: {}", result.text());
        } finally {
            obeying.set(false);
        }
    }
}

package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.memberselector.MemberSelectors;
import com.hazelcast.internal.cluster.ClusterService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Keeps a member from looking for others to begin the CP subsystem with until there are enough of them. Hazelcast ends a member that sees
 * another one go while it waits for more; and a member that enters another cluster, as happens when all nodes start at once, appears to go,
 * since its UUID changes. Thread-safe.
 */
final class Gathering {
    private static final long LOOK_EVERY_MS = 100;

    private final ClusterService cluster;
    private final BooleanSupplier running;
    private final int expected;

    Gathering(ClusterService cluster, BooleanSupplier running, int expected) {
        this.cluster = cluster;
        this.running = running;
        this.expected = expected;
    }

    /**
     * Blocks until there are enough members, or the member ends.
     *
     * @param decided tests whether there is nothing left to wait for
     */
    void await(BooleanSupplier decided) {
        while (running.getAsBoolean()
                && !decided.getAsBoolean()
                && !Thread.currentThread().isInterrupted()
                && !(cluster.isJoined()
                        && cluster.getMembers(MemberSelectors.DATA_MEMBER_SELECTOR)
                                        .size()
                                >= expected)) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MS));
        }
    }
}

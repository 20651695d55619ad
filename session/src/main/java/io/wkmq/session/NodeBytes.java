package io.wkmq.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The total size of all queues of the node and its bound. Thread-safe; shards reserve from it in large pieces only, see
 * {@link ShardBytes}.
 */
final class NodeBytes {
    private final AtomicLong granted = new AtomicLong();
    private final long max;

    NodeBytes(long max) {
        this.max = max;
    }

    boolean grant(long bytes) {
        long now = granted.get();
        while (now + bytes <= max) {
            if (granted.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = granted.get();
        }
        return false;
    }

    void grantBeyond(long bytes) {
        granted.addAndGet(bytes);
    }

    void giveBack(long bytes) {
        granted.addAndGet(-bytes);
    }
}

package io.wkmq.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that wait in all sessions of the node, against their bound. Thread-safe; a shard asks it for large pieces only,
 * see {@link ShardBytes}.
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

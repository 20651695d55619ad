package io.wkmq.broker.codec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that wait, on all connections of a node, because decoding is suspended. Thread-safe. Reaching the bound
 * refuses nobody: connections with suspended decoding are then no longer read, so each adds at most what it had already read,
 * one buffer.
 */
public final class HeldInput {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Creates the counter, initially 0.
     *
     * @param bytesMax the number of bytes from which on {@link #full()} is true
     */
    public HeldInput(long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("At most " + bytesMax + " bytes may wait; expected 1 or more");
        }
        this.bytesMax = bytesMax;
    }

    /** Adds to the number of waiting bytes; {@code more} may be negative. */
    void add(long more) {
        bytes.addAndGet(more);
    }

    boolean full() {
        return bytes.get() >= bytesMax;
    }

    /** Returns the number of waiting bytes. */
    public long bytes() {
        return bytes.get();
    }
}

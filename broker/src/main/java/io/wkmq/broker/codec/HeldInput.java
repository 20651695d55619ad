package io.wkmq.broker.codec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes wait, on all connections of a node together, until clients that are held back are decoded again. Thread-safe. At its bound
 * nobody is refused: who is held back is not read at all, so that no more comes than was read already, one buffer for each of them.
 */
public final class HeldInput {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Nothing waits.
     *
     * @param bytesMax from how many on it is full
     */
    public HeldInput(long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("At most " + bytesMax + " bytes may wait; expected 1 or more");
        }
        this.bytesMax = bytesMax;
    }

    /** So many more wait; fewer if it is negative. */
    void add(long more) {
        bytes.addAndGet(more);
    }

    boolean full() {
        return bytes.get() >= bytesMax;
    }

    /** How many wait now. */
    public long bytes() {
        return bytes.get();
    }
}

package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Distributes many children over tables by four bits of their hash; see {@link Children}. Extends an atomic array, rather than
 * holding one, to save one memory access per fan in each match.
 */
final class Fan extends AtomicReferenceArray<@Nullable Object> {
    static final int BITS = 4;

    private static final long serialVersionUID = 1L;

    /** The number of children below. For the writer only. */
    int count;

    Fan() {
        super(1 << BITS);
    }

    /** Returns the index of the table that a hash belongs to. */
    static int index(int hash) {
        return hash >>> (Integer.SIZE - BITS);
    }
}

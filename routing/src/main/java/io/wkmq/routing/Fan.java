package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Spreads many children over tables by four bits of their hash; see {@link Children}. Is an atomic array rather than having one
 * to save a match a step in memory at each of its fans.
 */
final class Fan extends AtomicReferenceArray<@Nullable Object> {
    static final int BITS = 4;

    private static final long serialVersionUID = 1L;

    /** How many children are below. The writer's. */
    int count;

    Fan() {
        super(1 << BITS);
    }

    /** Which table a hash belongs to. */
    static int index(int hash) {
        return hash >>> (Integer.SIZE - BITS);
    }
}

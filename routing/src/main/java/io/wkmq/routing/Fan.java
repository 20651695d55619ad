package io.wkmq.routing;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Spreads many children over tables by four bits of their hash; see {@link Children}. */
final class Fan {
    static final int BITS = 4;

    private final AtomicReferenceArray<@Nullable Object> tables = new AtomicReferenceArray<>(1 << BITS);
    /** How many children are below. The writer's. */
    int count;

    /** Which table a hash belongs to. */
    static int index(int hash) {
        return hash >>> (Integer.SIZE - BITS);
    }

    int width() {
        return tables.length();
    }

    @Nullable
    Object table(int index) {
        return tables.get(index);
    }

    void table(int index, @Nullable Object table) {
        tables.set(index, table);
    }
}

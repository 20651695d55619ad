package io.wkmq.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;

/** A counter with a single writer thread, at the cost of a plain write, and any number of readers. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    void add(long more) {
        value.lazySet(value.getPlain() + more);
    }

    long read() {
        return value.get();
    }
}

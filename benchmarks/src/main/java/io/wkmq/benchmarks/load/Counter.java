package io.wkmq.benchmarks.load;

import java.util.concurrent.atomic.AtomicLong;

/** A number that one thread raises, at the price of a plain write, and any thread may read. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    void add(long more) {
        value.lazySet(value.getPlain() + more);
    }

    long read() {
        return value.get();
    }
}

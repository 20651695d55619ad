package io.wkmq.cluster.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of all links of this node. Thread-safe. */
final class LinkCounts {
    private final Map<LinkCounter, LongAdder> adders = new EnumMap<>(LinkCounter.class);

    LinkCounts() {
        for (LinkCounter counter : LinkCounter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    void increment(LinkCounter counter) {
        add(counter, 1);
    }

    void add(LinkCounter counter, long count) {
        LongAdder adder = adders.get(counter);
        if (adder == null) {
            throw new IllegalStateException("There is no counter " + counter);
        }
        adder.add(count);
    }

    Map<LinkCounter, Long> sums() {
        Map<LinkCounter, Long> sums = new EnumMap<>(LinkCounter.class);
        adders.forEach((counter, adder) -> sums.put(counter, adder.sum()));
        return sums;
    }
}

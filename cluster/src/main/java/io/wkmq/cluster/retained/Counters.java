package io.wkmq.cluster.retained;

import io.wkmq.session.RetainedMessages.Outcome;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the replication. Thread-safe. */
final class Counters {
    private final LongAdder told = new LongAdder();
    private final LongAdder untold = new LongAdder();
    private final LongAdder applied = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder pulls = new LongAdder();

    /** Counts a change put into a message to other nodes. */
    void told() {
        told.increment();
    }

    /** Counts changes left to the comparison of digests. */
    void untold(long changes) {
        untold.add(changes);
    }

    /** Counts a message received from another node, by its outcome. */
    void came(Outcome outcome) {
        switch (outcome) {
            case APPLIED -> applied.increment();
            case STALE, OVER -> stale.increment();
            case REFUSED -> refused.increment();
        }
    }

    /** Counts a request to another node for the contents of buckets. */
    void pull() {
        pulls.increment();
    }

    ReplicationStatistics statistics() {
        return new ReplicationStatistics(
                told.sum(), untold.sum(), applied.sum(), stale.sum(), refused.sum(), pulls.sum());
    }
}

package io.wkmq.cluster.retained;

import io.wkmq.session.RetainedMessages.Outcome;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the replication does. Thread-safe. */
final class Counters {
    private final LongAdder told = new LongAdder();
    private final LongAdder untold = new LongAdder();
    private final LongAdder applied = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder pulls = new LongAdder();

    /** A change was put into a message to other nodes. */
    void told() {
        told.increment();
    }

    /** So many changes are left to be found by the digest. */
    void untold(long changes) {
        untold.add(changes);
    }

    /** Something came from another node. */
    void came(Outcome outcome) {
        switch (outcome) {
            case APPLIED -> applied.increment();
            case STALE, OVER -> stale.increment();
            case REFUSED -> refused.increment();
        }
    }

    /** Another node was asked for what it has in some buckets. */
    void pull() {
        pulls.increment();
    }

    ReplicationStatistics statistics() {
        return new ReplicationStatistics(
                told.sum(), untold.sum(), applied.sum(), stale.sum(), refused.sum(), pulls.sum());
    }
}

package io.wkmq.benchmarks.load;

/**
 * The counters and times of the clients of one event loop. Written on that loop; the counters may be read from any thread, the times once
 * the loop has ended.
 */
final class LoopStats {
    private final Counter published = new Counter();
    private final Counter confirmed = new Counter();
    private final Counter refused = new Counter();
    private final Counter delivered = new Counter();
    private final Counter foreign = new Counter();
    private final Counter subscribed = new Counter();
    private final Counter subscriptionsRefused = new Counter();
    private final Counter connectionsLost = new Counter();
    private final Counter dropped = new Counter();
    private final Times times = new Times();
    private volatile long measuredFromNs = Long.MAX_VALUE;

    /** Limits timing to messages sent from that time on. Thread-safe. */
    void measureFrom(long timeNs) {
        measuredFromNs = timeNs;
    }

    void published(long count) {
        published.add(count);
    }

    /** Counts and times a message, sent at {@code sentNs}, that the broker has fully acknowledged. */
    void confirmed(long sentNs, long nowNs) {
        confirmed.add(1);
        if (sentNs >= measuredFromNs) {
            times.confirmation().record(nowNs - sentNs);
        }
    }

    /** Counts a message that the broker acknowledged with an error. */
    void refused() {
        refused.add(1);
    }

    /** Counts and times the arrival of a message sent at {@code sentNs}. */
    void delivered(long sentNs, long nowNs) {
        delivered.add(1);
        if (sentNs >= measuredFromNs) {
            times.delivery().record(nowNs - sentNs);
        }
    }

    /** Counts the arrival of a message that does not belong to this run. */
    void foreign() {
        foreign.add(1);
    }

    void connected(long startedNs, long nowNs) {
        times.connecting().record(nowNs - startedNs);
    }

    void connectionLost() {
        connectionsLost.add(1);
    }

    /** Counts a connection that the client dropped deliberately. */
    void dropped() {
        dropped.add(1);
    }

    /** Counts and times the answer to a SUBSCRIBE sent at {@code sentNs}. */
    void subscribed(long granted, long others, long sentNs, long nowNs) {
        subscribed.add(granted);
        subscriptionsRefused.add(others);
        times.subscribing().record(nowNs - sentNs);
    }

    /** Returns a snapshot of the counters. Thread-safe. */
    Totals totals() {
        return new Totals(
                published.read(),
                confirmed.read(),
                refused.read(),
                delivered.read(),
                foreign.read(),
                subscribed.read(),
                subscriptionsRefused.read(),
                connectionsLost.read(),
                dropped.read());
    }

    Times times() {
        return times;
    }
}

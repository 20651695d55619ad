package io.wkmq.benchmarks.load;

/**
 * What the clients of one event loop count and time. Written on that loop; the counters are read by any thread, the times
 * once the loop has ended.
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

    /** Messages sent earlier are not timed. Any thread. */
    void measureFrom(long timeNs) {
        measuredFromNs = timeNs;
    }

    void published(long count) {
        published.add(count);
    }

    /** The broker has acknowledged a message of that time to the end. */
    void confirmed(long sentNs, long nowNs) {
        confirmed.add(1);
        if (sentNs >= measuredFromNs) {
            times.confirmation().record(nowNs - sentNs);
        }
    }

    /** The broker has acknowledged a message with an error. */
    void refused() {
        refused.add(1);
    }

    /** A message of that time has arrived. */
    void delivered(long sentNs, long nowNs) {
        delivered.add(1);
        if (sentNs >= measuredFromNs) {
            times.delivery().record(nowNs - sentNs);
        }
    }

    /** A message has arrived that is not of this run. */
    void foreign() {
        foreign.add(1);
    }

    void connected(long startedNs, long nowNs) {
        times.connecting().record(nowNs - startedNs);
    }

    void connectionLost() {
        connectionsLost.add(1);
    }

    /** A client has dropped its connection by itself. */
    void dropped() {
        dropped.add(1);
    }

    /** The broker has answered a SUBSCRIBE of that time. */
    void subscribed(long granted, long others, long sentNs, long nowNs) {
        subscribed.add(granted);
        subscriptionsRefused.add(others);
        times.subscribing().record(nowNs - sentNs);
    }

    /** The counters now. Any thread. */
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

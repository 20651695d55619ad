package io.wkmq.benchmarks.load;

/**
 * The counters of all clients at one time.
 *
 * @param published messages sent, those sent again not counted
 * @param confirmed messages acknowledged to the end by the broker
 * @param refused messages acknowledged with an error
 * @param delivered messages that arrived at subscribers, each copy counted
 * @param foreign messages that arrived but are not of this run
 * @param connectionsLost how often a client lost its connection
 */
record Totals(long published, long confirmed, long refused, long delivered, long foreign, long connectionsLost) {
    static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

    Totals plus(Totals other) {
        return new Totals(
                published + other.published,
                confirmed + other.confirmed,
                refused + other.refused,
                delivered + other.delivered,
                foreign + other.foreign,
                connectionsLost + other.connectionsLost);
    }

    Totals minus(Totals other) {
        return new Totals(
                published - other.published,
                confirmed - other.confirmed,
                refused - other.refused,
                delivered - other.delivered,
                foreign - other.foreign,
                connectionsLost - other.connectionsLost);
    }
}

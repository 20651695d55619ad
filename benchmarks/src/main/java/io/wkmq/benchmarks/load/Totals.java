package io.wkmq.benchmarks.load;

import java.util.function.LongBinaryOperator;

/**
 * The counters of all clients at one time.
 *
 * @param published messages sent, those sent again not counted
 * @param confirmed messages acknowledged to the end by the broker
 * @param refused messages acknowledged with an error
 * @param delivered messages that arrived at subscribers, each copy counted
 * @param foreign messages that arrived but are not of this run
 * @param subscribed subscriptions granted
 * @param subscriptionsRefused subscriptions answered with another QoS or an error
 * @param connectionsLost how often a client lost its connection
 * @param dropped how often a client dropped its connection by itself
 */
record Totals(
        long published,
        long confirmed,
        long refused,
        long delivered,
        long foreign,
        long subscribed,
        long subscriptionsRefused,
        long connectionsLost,
        long dropped) {
    static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

    Totals plus(Totals other) {
        return with(other, Long::sum);
    }

    Totals minus(Totals other) {
        return with(other, (own, its) -> own - its);
    }

    private Totals with(Totals other, LongBinaryOperator each) {
        return new Totals(
                each.applyAsLong(published, other.published),
                each.applyAsLong(confirmed, other.confirmed),
                each.applyAsLong(refused, other.refused),
                each.applyAsLong(delivered, other.delivered),
                each.applyAsLong(foreign, other.foreign),
                each.applyAsLong(subscribed, other.subscribed),
                each.applyAsLong(subscriptionsRefused, other.subscriptionsRefused),
                each.applyAsLong(connectionsLost, other.connectionsLost),
                each.applyAsLong(dropped, other.dropped));
    }
}

package io.wkmq.benchmarks.load;

import java.util.function.LongBinaryOperator;

/**
 * A snapshot of the counters of all clients.
 *
 * @param published messages sent, not counting those resent
 * @param confirmed messages fully acknowledged by the broker
 * @param refused messages acknowledged with an error
 * @param delivered messages that arrived at subscribers, counting each copy
 * @param foreign messages that arrived but do not belong to this run
 * @param subscribed subscriptions granted
 * @param subscriptionsRefused subscriptions answered with a different QoS or an error
 * @param connectionsLost how often a client lost its connection
 * @param dropped how often a client dropped its connection deliberately
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

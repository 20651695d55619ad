package io.wkmq.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param options the settings of the run
 * @param connectSeconds how long it took to connect all clients
 * @param seconds the length of the measurement
 * @param all the counters from the first message to the last
 * @param measured the counters of the measurement alone
 * @param tally the errors seen by subscribers
 * @param spread how evenly a share group was served; null if there is none
 * @param deliveredQos the QoS at which the messages reached the subscribers
 * @param times the times measured
 */
record Result(
        Options options,
        double connectSeconds,
        double seconds,
        Totals all,
        Totals measured,
        Tally tally,
        @Nullable Spread spread,
        int deliveredQos,
        Times times)
        implements Outcome {
    /** Returns how many messages the broker has not answered. */
    long unconfirmed() {
        return options.traffic().qos() == 0 ? 0 : all.published() - all.confirmed() - all.refused();
    }

    double connectedPerSecond() {
        return connectSeconds == 0 ? 0 : options.crew().clients() / connectSeconds;
    }

    double publishedPerSecond() {
        return measured.published() / seconds;
    }

    double deliveredPerSecond() {
        return measured.delivered() / seconds;
    }

    /**
     * Returns whether the broker kept its promises: no message of QoS 1 or 2 was lost, out of order or duplicated. QoS 1 messages may be
     * duplicated if a connection ended.
     */
    @Override
    public boolean passed() {
        boolean doubled = tally.duplicates() > 0 && (deliveredQos == 2 || all.connectionsLost() + all.dropped() == 0);
        boolean delivered = deliveredQos == 0 || (tally.lost() == 0 && tally.disorders() == 0 && !doubled);
        boolean idleStayed = options.crew().command() != Command.CONN || all.connectionsLost() == 0;
        return delivered && idleStayed && unconfirmed() == 0 && all.refused() == 0 && tally.altered() == 0;
    }

    @Override
    public String text() {
        return Report.text(this);
    }

    @Override
    public String json() {
        return Report.json(this);
    }
}

package io.wkmq.benchmarks.load;

/**
 * What a run found.
 *
 * @param options what was asked for
 * @param seconds for how long was measured
 * @param all the counters from the first message to the last
 * @param measured the counters of the measured time
 * @param tally what went wrong
 * @param deliveredQos the QoS at which the messages reached the subscribers
 * @param times how long things took
 */
record Result(
        Options options, double seconds, Totals all, Totals measured, Tally tally, int deliveredQos, Times times) {
    /** How many messages the broker has not answered. */
    long unconfirmed() {
        return options.traffic().qos() == 0 ? 0 : all.published() - all.confirmed() - all.refused();
    }

    double publishedPerSecond() {
        return measured.published() / seconds;
    }

    double deliveredPerSecond() {
        return measured.delivered() / seconds;
    }

    /**
     * Whether the broker did what it promised: nothing of QoS 1 and 2 is lost, late or doubled. After a lost connection
     * messages of QoS 1 may come twice.
     */
    boolean passed() {
        boolean doubled = tally.duplicates() > 0 && (deliveredQos == 2 || all.connectionsLost() == 0);
        boolean delivered = deliveredQos == 0 || (tally.lost() == 0 && tally.disorders() == 0 && !doubled);
        boolean idleStayed = options.crew().command() != Command.CONN || all.connectionsLost() == 0;
        return delivered && idleStayed && unconfirmed() == 0 && all.refused() == 0;
    }
}

package io.wkmq.benchmarks.load;

/**
 * What went wrong on the way to the subscribers.
 *
 * @param lost messages that the broker has accepted and a subscriber has not got
 * @param duplicates messages that a subscriber got before
 * @param disorders messages that a subscriber got behind a later one of the same publisher and topic
 * @param altered messages that arrived without what they were published with, or where they do not belong
 */
record Tally(long lost, long duplicates, long disorders, long altered) {
    static final Tally NONE = new Tally(0, 0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(
                lost + other.lost, duplicates + other.duplicates, disorders + other.disorders, altered + other.altered);
    }
}

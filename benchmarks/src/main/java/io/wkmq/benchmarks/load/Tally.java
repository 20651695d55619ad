package io.wkmq.benchmarks.load;

/**
 * The errors seen by subscribers.
 *
 * @param lost messages that the broker accepted and a subscriber did not receive
 * @param duplicates messages that a subscriber had received before
 * @param disorders messages that a subscriber received after a later one of the same publisher and topic
 * @param altered messages that arrived without the features they were published with, or in the wrong place
 */
record Tally(long lost, long duplicates, long disorders, long altered) {
    static final Tally NONE = new Tally(0, 0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(
                lost + other.lost, duplicates + other.duplicates, disorders + other.disorders, altered + other.altered);
    }
}

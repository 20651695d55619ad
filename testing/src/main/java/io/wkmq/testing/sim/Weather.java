package io.wkmq.testing.sim;

/**
 * What a simulated network does to messages.
 *
 * @param loss the share of messages that get lost, 0 to 1
 * @param duplicates the share of messages that arrive twice
 * @param delayMinMs how long a message takes at least
 * @param delayMaxMs how long it takes at most; each takes its own time, so that they overtake each other
 */
public record Weather(double loss, double duplicates, int delayMinMs, int delayMaxMs) {
    /** Nothing gets lost, everything takes a millisecond. */
    public static final Weather FAIR = new Weather(0, 0, 1, 1);

    /** Validates the numbers. */
    public Weather {
        if (!(loss >= 0 && loss <= 1 && duplicates >= 0 && duplicates <= 1)
                || delayMinMs < 0
                || delayMaxMs < delayMinMs) {
            throw new IllegalArgumentException("No network has loss=" + loss + " duplicates=" + duplicates
                    + " and delays of " + delayMinMs + " to " + delayMaxMs + " ms");
        }
    }
}

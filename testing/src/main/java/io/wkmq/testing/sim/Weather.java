package io.wkmq.testing.sim;

/**
 * How a simulated network treats messages.
 *
 * @param loss the fraction of messages that are lost, 0 to 1
 * @param duplicates the fraction of messages that arrive twice, 0 to 1
 * @param delayMinMs the minimum delay of a message
 * @param delayMaxMs the maximum delay; delays are drawn per message, so that messages overtake each other
 */
public record Weather(double loss, double duplicates, int delayMinMs, int delayMaxMs) {
    /** No loss, no duplicates, a delay of one millisecond. */
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

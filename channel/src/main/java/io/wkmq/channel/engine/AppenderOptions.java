package io.wkmq.channel.engine;

/**
 * Options of an {@link Appender}.
 *
 * @param batchMessages maximum number of messages in one operation
 * @param batchBytes maximum size of one operation, unless a single message is larger
 * @param lingerMs how long a message waits for others while operations are in flight
 * @param inFlightMax maximum number of operations in flight; must be less than the number of results that a group remembers
 * @param deadlineMs after which a message is given up; one that is still queued {@code attemptMs} before that is refused
 * @param attemptMs after which an unanswered operation is sent again
 * @param pauseMs pause before operations are sent again
 * @param bytesMax maximum size of the messages queued or in flight; more are refused
 */
public record AppenderOptions(
        int batchMessages,
        int batchBytes,
        long lingerMs,
        int inFlightMax,
        long deadlineMs,
        long attemptMs,
        long pauseMs,
        long bytesMax) {
    private static final int IN_FLIGHT_MAX = 100;

    /** Checks the ranges. */
    public AppenderOptions {
        if (batchMessages < 1 || batchBytes < 1 || inFlightMax < 1 || inFlightMax > IN_FLIGHT_MAX || bytesMax < 1) {
            throw new IllegalArgumentException("An appender has batches of " + batchMessages + " messages and "
                    + batchBytes + " bytes, " + inFlightMax + " in flight and at most " + bytesMax
                    + " bytes; expected at least 1 of each, and at most " + IN_FLIGHT_MAX + " in flight");
        }
        if (lingerMs < 0 || pauseMs < 1 || attemptMs < 1 || deadlineMs < attemptMs) {
            throw new IllegalArgumentException("An appender lingers " + lingerMs + " ms, pauses " + pauseMs
                    + " ms, tries for " + attemptMs + " ms and gives up after " + deadlineMs
                    + " ms; expected none below 1, but 0 to linger, and no try longer than the whole");
        }
    }

    /** Returns the default options. */
    public static AppenderOptions defaults() {
        return new AppenderOptions(256, 64 << 10, 1, 64, 10_000, 700, 4, 32 << 20);
    }
}

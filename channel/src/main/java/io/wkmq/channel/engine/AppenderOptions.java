package io.wkmq.channel.engine;

/**
 * How an {@link Appender} works.
 *
 * @param batchMessages how many messages one operation has at most
 * @param batchBytes and how many bytes, unless one message alone has more
 * @param lingerMs how long messages wait for more of them while operations are under way
 * @param inFlightMax how many operations are under way at most; fewer than a group remembers results
 * @param deadlineMs after which a message is given up; one that was not sent by then less an attempt is refused
 * @param attemptMs after which an operation is sent again that was not answered
 * @param pauseMs before operations are sent again
 * @param bytesMax how many bytes of messages wait or are under way; more are refused
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

    /** The defaults. */
    public static AppenderOptions defaults() {
        return new AppenderOptions(256, 64 << 10, 1, 64, 10_000, 700, 4, 32 << 20);
    }
}

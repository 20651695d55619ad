package io.wkmq.session;

/**
 * How much a node retains.
 *
 * @param countMax how many messages
 * @param bytesMax how many bytes, counted as {@link io.wkmq.routing.Message#bytes} does
 * @param payloadBytesMax the largest payload
 * @param expirySeconds how long a message is retained at most, 0 for ever
 */
public record RetainedLimits(int countMax, long bytesMax, int payloadBytesMax, long expirySeconds) {
    /** Checks the ranges. */
    public RetainedLimits {
        if (countMax < 0 || bytesMax < 0 || payloadBytesMax < 0 || expirySeconds < 0) {
            throw new IllegalArgumentException(
                    "The limits of retained messages are " + countMax + " messages, " + bytesMax + " bytes, "
                            + payloadBytesMax + " bytes of payload, " + expirySeconds + " s; expected 0 or more");
        }
    }

    /** The defaults: a million messages, 512 MiB, payloads of 1 MiB. */
    public static RetainedLimits defaults() {
        return new RetainedLimits(1_000_000, 512L << 20, 1 << 20, 0);
    }
}

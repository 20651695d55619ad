package io.wkmq.session;

/**
 * The limits on a node's retained messages.
 *
 * @param countMax the maximum number of messages
 * @param bytesMax the maximum total size, as counted by {@link io.wkmq.routing.Message#bytes}
 * @param payloadBytesMax the maximum payload size
 * @param expirySeconds how long a message is retained at most, 0 for ever
 */
public record RetainedLimits(int countMax, long bytesMax, int payloadBytesMax, long expirySeconds) {
    /** Validates the ranges. */
    public RetainedLimits {
        if (countMax < 0 || bytesMax < 0 || payloadBytesMax < 0 || expirySeconds < 0) {
            throw new IllegalArgumentException(
                    "The limits of retained messages are " + countMax + " messages, " + bytesMax + " bytes, "
                            + payloadBytesMax + " bytes of payload, " + expirySeconds + " s; expected 0 or more");
        }
    }

    /** Returns the defaults: one million messages, 512 MiB, payloads of up to 1 MiB, no expiry. */
    public static RetainedLimits defaults() {
        return new RetainedLimits(1_000_000, 512L << 20, 1 << 20, 0);
    }
}

package io.wkmq.session;

/**
 * Bounds of a node's retained messages. A message beyond one is routed but not retained; what was retained before stays.
 *
 * @param maxMessages most retained messages
 * @param maxPayloadBytes the longest payload
 * @param maxBytes most bytes of all together
 * @param expirySeconds how long a message is retained at most, 0 for ever
 */
public record RetainedLimits(int maxMessages, int maxPayloadBytes, long maxBytes, long expirySeconds) {
    /** What a node without configuration keeps: a million messages, a quarter of the heap. */
    public static RetainedLimits defaults() {
        return new RetainedLimits(
                1_000_000, 1 << 20, Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 4), 0);
    }
}

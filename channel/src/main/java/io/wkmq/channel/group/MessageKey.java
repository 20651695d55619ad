package io.wkmq.channel.group;

/**
 * Identifies a message for deduplication, by hashes of the publisher's name for it and of its content. Two names are considered equal if
 * 128 bits of their hashes are.
 *
 * @param high the first half of the hash of the publisher and the message's name
 * @param low the other half
 * @param content the hash of topic and payload
 */
public record MessageKey(long high, long low, long content) {
    /** Returns whether both have the same name, regardless of their content. */
    boolean names(MessageKey other) {
        return high == other.high && low == other.low;
    }
}

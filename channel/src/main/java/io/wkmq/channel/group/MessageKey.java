package io.wkmq.channel.group;

/**
 * By which a channel knows a message again that its publisher sends once more: the hash of the publisher's name for it, and of what is
 * in it. Whether 128 bits are the same is taken for whether the names are.
 *
 * @param high the first half of the hash of who publishes and of what he calls the message
 * @param low the other half
 * @param content the hash of topic and payload
 */
public record MessageKey(long high, long low, long content) {
    /** Whether both name the same message, be it that it is not the same in both. */
    boolean names(MessageKey other) {
        return high == other.high && low == other.low;
    }
}

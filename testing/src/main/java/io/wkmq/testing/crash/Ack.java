package io.wkmq.testing.crash;

/**
 * An acknowledgement: the broker's promise that it has taken over a message.
 *
 * @param number the sequence number the publisher gave the message
 * @param nanos when the publisher received the acknowledgement, by {@link System#nanoTime}
 */
public record Ack(long number, long nanos) {}

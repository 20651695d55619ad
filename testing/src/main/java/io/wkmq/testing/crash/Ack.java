package io.wkmq.testing.crash;

/**
 * The broker's promise that it has a message.
 *
 * @param number which one of its publisher
 * @param nanos when the publisher got it, by {@link System#nanoTime}
 */
public record Ack(long number, long nanos) {}

package io.wkmq.testing.history;

/** What a client did or saw, with the time by {@link System#nanoTime}. */
public sealed interface Event {
    /** When. */
    long nanos();

    /** A publisher sends a message for the first and only time. */
    record Published(long nanos, String publisher, String node, long number) implements Event {}

    /** The node has taken the message over. */
    record Acknowledged(long nanos, String publisher, long number) implements Event {}

    /** A subscriber's subscription to all messages is confirmed; {@code durable} if its session outlives the connection. */
    record Subscribed(long nanos, String subscriber, String node, boolean durable) implements Event {}

    /** A message came. */
    record Received(long nanos, String subscriber, String publisher, long number) implements Event {}

    /** A client lost its connection, or saw what it should not. */
    record Ended(long nanos, String client, String reason) implements Event {}

    /** A session that outlives connections was not there any more. */
    record SessionLost(long nanos, String client) implements Event {}
}

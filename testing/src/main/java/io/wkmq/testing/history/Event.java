package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.util.List;

/** What a client did or saw, with the time by {@link System#nanoTime}. */
public sealed interface Event {
    /** When. */
    long nanos();

    /** A publisher sends a message for the first and only time. */
    record Published(long nanos, String publisher, String node, long number) implements Event {}

    /** The node has taken the message over. */
    record Acknowledged(long nanos, String publisher, long number) implements Event {}

    /**
     * A subscriber's subscription to all messages is confirmed; {@code durable} if its session outlives the connection.
     *
     * @param session which of the client's sessions it is, from 1, if what comes of it says so; else 0
     */
    record Subscribed(long nanos, String subscriber, String node, boolean durable, int session) implements Event {
        Subscribed(long nanos, String subscriber, String node, boolean durable) {
            this(nanos, subscriber, node, durable, 0);
        }
    }

    /**
     * A message came, with the QoS that it has for this subscriber.
     *
     * @param session of which of the client's sessions it came, or 0
     */
    record Received(long nanos, String subscriber, String publisher, long number, int qos, int session)
            implements Event {
        Received(long nanos, String subscriber, String publisher, long number, int qos) {
            this(nanos, subscriber, publisher, number, qos, 0);
        }

        /**
         * What a message of a {@link NumberedPublisher} says; number -1 if it is not of one. The identifier of its subscription is the
         * number of the session.
         */
        static Received of(String subscriber, Publish publish) {
            String text = publish.text();
            int space = text.indexOf(' ');
            String publisher = space < 0 ? text : text.substring(0, space);
            long number = space < 0 ? -1 : Long.parseLong(text.substring(space + 1));
            List<Long> identifiers = publish.properties().numbers(PropertyType.SUBSCRIPTION_IDENTIFIER);
            int session = identifiers.isEmpty() ? 0 : identifiers.get(0).intValue();
            return new Received(System.nanoTime(), subscriber, publisher, number, publish.qos(), session);
        }
    }

    /** A node answered CONNECT of a client that goes from node to node, with that code after that time. */
    record Answered(long nanos, String client, String node, int code, long tookNanos) implements Event {}

    /** A client lost its connection, or saw what it should not. */
    record Ended(long nanos, String client, String reason) implements Event {}

    /** A session that outlives connections was not there any more. */
    record SessionLost(long nanos, String client) implements Event {}
}

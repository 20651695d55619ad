package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.util.List;

/** What a client did or observed, with the time by {@link System#nanoTime}. */
public sealed interface Event {
    /** Returns when the event happened. */
    long nanos();

    /** A publisher sent a message for the first and only time. */
    record Published(long nanos, String publisher, String node, long number) implements Event {}

    /** The node acknowledged the message. */
    record Acknowledged(long nanos, String publisher, long number) implements Event {}

    /**
     * A subscription to all messages was confirmed; {@code durable} if the session outlives the connection.
     *
     * @param session the number of the client's session, starting at 1, if its messages carry that number; otherwise 0
     */
    record Subscribed(long nanos, String subscriber, String node, boolean durable, int session) implements Event {
        Subscribed(long nanos, String subscriber, String node, boolean durable) {
            this(nanos, subscriber, node, durable, 0);
        }
    }

    /**
     * A message arrived, with the QoS granted to this subscriber.
     *
     * @param session the number of the client's session that received it, or 0
     */
    record Received(long nanos, String subscriber, String publisher, long number, int qos, int session)
            implements Event {
        Received(long nanos, String subscriber, String publisher, long number, int qos) {
            this(nanos, subscriber, publisher, number, qos, 0);
        }

        /**
         * Parses a message of a {@link NumberedPublisher}; its number is -1 if it is not of such a publisher. The subscription identifier
         * is the session number.
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

    /** A node answered the CONNECT of a roaming client with {@code code} after {@code tookNanos}. */
    record Answered(long nanos, String client, String node, int code, long tookNanos) implements Event {}

    /** A client lost its connection, or observed a protocol violation. */
    record Ended(long nanos, String client, String reason) implements Event {}

    /** A persistent session no longer existed. */
    record SessionLost(long nanos, String client) implements Event {}
}

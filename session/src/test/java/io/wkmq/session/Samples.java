package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Sample values for the tests of stores. */
public final class Samples {
    /** Some node. */
    public static final NodeId NODE = new NodeId(new UUID(-3, 7));

    private Samples() {}

    /** A session with no user and no will. */
    public static StoredSession session(String clientId) {
        return new StoredSession(clientId, null, 1_700_000_000_000L, 3600, 0, null, 0, -1, false);
    }

    /** A session that has everything. */
    public static StoredSession fullSession(String clientId) {
        Will will = new Will(
                TopicName.of("will/" + clientId), new byte[] {1, 2, 3}, Qos.EXACTLY_ONCE, true, properties(), 77, 88);
        return new StoredSession(
                clientId, "user of " + clientId, 1, ConnectRequest.NEVER, 2, will, 1_700_000_000_000L << 16, 7, true);
    }

    /** Every property. */
    public static MessageProperties properties() {
        return new MessageProperties(
                true,
                "text/plain",
                "reply/to",
                new byte[] {9, 8, 7},
                List.of(new UserProperty("a", "1"), new UserProperty("a", "2"), new UserProperty("", "ü€😀")));
    }

    /** A small QoS 1 message. */
    public static Message message(String topic, String payload) {
        return new Message(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                "publisher",
                1_700_000_000_000L,
                Message.NEVER);
    }

    /** A QoS 1 message with that many bytes. */
    public static Message message(String topic, int bytes, Random random) {
        byte[] payload = new byte[bytes];
        random.nextBytes(payload);
        return new Message(
                TopicName.of(topic),
                payload,
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                "publisher",
                1_700_000_000_000L,
                Message.NEVER);
    }

    /** A message that a node retained. */
    public static StampedMessage stamped(Message message, long time) {
        return new StampedMessage(message, time, NODE);
    }

    /** A queued QoS 1 delivery. */
    public static StoredDelivery delivery(long sequence, Message message) {
        return new StoredDelivery(
                sequence, message, Qos.AT_LEAST_ONCE, false, new int[0], null, 0, StoredDelivery.State.QUEUED);
    }

    /** Any delivery. */
    public static StoredDelivery delivery(long sequence, Message message, Random random) {
        int[] identifiers = random.ints(random.nextInt(3), 1, 268_435_456).toArray();
        SubscriptionFilter share = random.nextInt(3) > 0
                ? null
                : new SubscriptionFilter(new ShareName("group"), TopicFilter.of("a/" + random.nextInt(3) + "/#"));
        return new StoredDelivery(
                sequence,
                message,
                random.nextBoolean() ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE,
                random.nextBoolean(),
                identifiers,
                share,
                random.nextInt(65_536),
                any(StoredDelivery.State.class, random));
    }

    /** Any options. */
    public static SubscriptionOptions options(Random random) {
        return SubscriptionOptions.of(
                Qos.of(random.nextInt(3)),
                random.nextBoolean(),
                random.nextBoolean(),
                any(RetainHandling.class, random),
                random.nextInt(268_435_456));
    }

    /** Any of an enum's values. */
    public static <E extends Enum<E>> E any(Class<E> type, Random random) {
        List<E> values = List.copyOf(EnumSet.allOf(type));
        return values.get(random.nextInt(values.size()));
    }
}

package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The message that is published for a client which went away without saying so (MQTT 5, 3.1.2.5).
 *
 * @param topic where to
 * @param payload its bytes; shared, read only
 * @param qos its QoS
 * @param retain whether it is retained
 * @param properties what travels with it
 * @param expirySeconds message expiry in seconds from its publication, -1 for none
 * @param delaySeconds how long after the connection's end it is published, unless the session ends first
 * @param userName the user whose will it is: the names of messages are his, see {@link io.wkmq.channel.ChannelLog#append}; null for none, or
 *     while that is not known
 */
public record Will(
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        MessageProperties properties,
        long expirySeconds,
        long delaySeconds,
        @Nullable String userName) {
    /** A will of which it is not known whose it is. */
    public Will(
            TopicName topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            MessageProperties properties,
            long expirySeconds,
            long delaySeconds) {
        this(topic, payload, qos, retain, properties, expirySeconds, delaySeconds, null);
    }

    /** The will as that user's. */
    public Will by(@Nullable String user) {
        return Objects.equals(user, userName)
                ? this
                : new Will(topic, payload, qos, retain, properties, expirySeconds, delaySeconds, user);
    }

    Message message(String publisher, long nowMs, int number) {
        long expiresAtMs = expirySeconds < 0 ? Message.NEVER : nowMs + expirySeconds * 1000;
        return new Message(topic, payload, qos, retain, properties, publisher, nowMs, expiresAtMs, number);
    }
}

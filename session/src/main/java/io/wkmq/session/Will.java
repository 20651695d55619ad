package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The message published for a client whose connection ends without a proper DISCONNECT (MQTT 5, 3.1.2.5).
 *
 * @param topic the topic
 * @param payload the payload; shared, must not be modified
 * @param qos the QoS
 * @param retain whether the message is retained
 * @param properties the properties published with it
 * @param expirySeconds message expiry in seconds, counted from publication; -1 for none
 * @param delaySeconds the delay between the connection's end and publication; cut short if the session ends first
 * @param userName the user the will belongs to, in whose scope message names are unique, see
 *     {@link io.wkmq.channel.ChannelLog#append}; null if there is none or it is not yet known
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
    /** Creates a will whose user is not known. */
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

    /** Returns this will attributed to a user. */
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

package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;

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
 */
public record Will(
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        MessageProperties properties,
        long expirySeconds,
        long delaySeconds) {
    Message message(String publisher, long nowMs, int number) {
        long expiresAtMs = expirySeconds < 0 ? Message.NEVER : nowMs + expirySeconds * 1000;
        return new Message(topic, payload, qos, retain, properties, publisher, nowMs, expiresAtMs, number);
    }
}

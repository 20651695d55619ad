package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;

/**
 * A client's PUBLISH as accepted by its connection.
 *
 * @param packetId 1 to 65535, 0 for QoS 0
 * @param duplicate the DUP flag
 * @param topic the topic
 * @param payload the payload; the session takes ownership of the array
 * @param qos the QoS
 * @param retain the RETAIN flag
 * @param properties the properties that are forwarded with the message
 * @param expirySeconds the message expiry, -1 for none
 */
public record Publication(
        int packetId,
        boolean duplicate,
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        MessageProperties properties,
        long expirySeconds) {
    Message message(String publisher, long nowMs, int number) {
        long expiresAtMs = expirySeconds < 0 ? Message.NEVER : nowMs + expirySeconds * 1000;
        return new Message(topic, payload, qos, retain, properties, publisher, nowMs, expiresAtMs, number);
    }
}

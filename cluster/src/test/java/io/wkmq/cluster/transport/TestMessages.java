package io.wkmq.cluster.transport;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.nio.ByteBuffer;

/** Messages that carry their publisher's sequence number. */
final class TestMessages {
    private TestMessages() {}

    static Message message(String publisher, Qos qos, int number) {
        return message(publisher, qos, number, Integer.BYTES);
    }

    static Message message(String publisher, Qos qos, int number, int bytes) {
        byte[] payload = ByteBuffer.allocate(bytes).putInt(number).array();
        return new Message(
                TopicName.of("t/" + publisher),
                payload,
                qos,
                false,
                MessageProperties.NONE,
                publisher,
                0,
                Message.NEVER);
    }

    static int number(Message message) {
        return ByteBuffer.wrap(message.payload()).getInt();
    }
}

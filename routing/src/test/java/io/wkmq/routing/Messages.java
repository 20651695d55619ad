package io.wkmq.routing;

/** Messages for tests. */
final class Messages {
    private Messages() {}

    static Message to(String topic) {
        return of(topic, "publisher");
    }

    static Message of(String topic, String publisher) {
        return new Message(
                TopicName.of(topic),
                new byte[0],
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                publisher,
                0,
                Message.NEVER);
    }
}

package io.wkmq.broker.codec;

import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The topic a client published to last; most publish to the same again. Belongs to the connection. */
final class TopicCache {
    private @Nullable TopicName last;

    @Nullable
    TopicName last() {
        return last;
    }

    /** The topic name of that text, validated. */
    TopicName name(String text) {
        TopicName known = last;
        if (known != null && known.text().equals(text)) {
            return known;
        }
        TopicName name = parse(text);
        last = name;
        return name;
    }

    static TopicName parse(String text) {
        try {
            return TopicName.of(MqttText.name(text, "topic name"));
        } catch (InvalidTopicException e) {
            throw new MqttProtocolException(ReasonCode.TOPIC_NAME_INVALID, String.valueOf(e.getMessage()));
        }
    }
}

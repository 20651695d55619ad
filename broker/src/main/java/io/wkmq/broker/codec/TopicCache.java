package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The topic a client published to last; most publish to the same again. Belongs to the connection. */
final class TopicCache {
    /** Longer names are not remembered: an idle connection should not hold 64 KiB. */
    private static final int BYTES_MAX = 1024;

    private @Nullable TopicName last;
    private ByteBuf lastUtf8 = Unpooled.EMPTY_BUFFER;

    /** The topic name of that text, validated. */
    TopicName name(String text) {
        TopicName known = last;
        return known != null && known.text().equals(text) ? known : remember(parse(text));
    }

    /**
     * The topic name of those bytes.
     *
     * @return null unless they are the last topic, or few and all printable ASCII without wildcards
     */
    @Nullable
    TopicName plain(ByteBuf in, int index, int length) {
        TopicName known = last;
        if (known != null && known.utf8().length == length && ByteBufUtil.equals(lastUtf8, 0, in, index, length)) {
            return known;
        }
        if (length > BYTES_MAX) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        for (byte b : bytes) {
            if (b < 0x20 || b == 0x7F || b == '+' || b == '#') { // 0x80 and above are negative
                return null;
            }
        }
        return remember(TopicName.of(new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    private TopicName remember(TopicName name) {
        if (name.utf8().length <= BYTES_MAX) {
            last = name;
            lastUtf8 = Unpooled.wrappedBuffer(name.utf8());
        }
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

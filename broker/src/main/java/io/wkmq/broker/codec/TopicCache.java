package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a client names: the one it published to last, as most publish to the same again, and those it has given an
 * alias. Belongs to the connection.
 */
final class TopicCache {
    /** Longer names are not remembered: an idle connection should not hold 64 KiB. */
    private static final int BYTES_MAX = 1024;

    private @Nullable TopicName last;
    private ByteBuf lastUtf8 = Unpooled.EMPTY_BUFFER;
    private InboundAliases aliases = InboundAliases.NONE;

    /** The client may use so many topic aliases. */
    void allowAliases(int maximum) {
        aliases = new InboundAliases(maximum);
    }

    /** The topics by alias - 1, for the HiveMQ decoder to read and to change. */
    String[] aliased() {
        return aliases.topics();
    }

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
        if (length == 0) {
            return null;
        }
        TopicName known = last;
        if (known != null && known.utf8().length == length && ByteBufUtil.equals(lastUtf8, 0, in, index, length)) {
            return known;
        }
        if (length > BYTES_MAX) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.getBytes(index, bytes);
        if (!MqttText.plainTopic(bytes, 0, length)) {
            return null;
        }
        return remember(TopicName.of(new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /**
     * The topic name that comes with an alias: those bytes, which the alias stands for from now on, or if there are none, what it
     * stands for.
     *
     * @return null if the alias is not valid, or as in {@link #plain}
     */
    @Nullable
    TopicName aliased(int alias, ByteBuf in, int index, int length) {
        if (!aliases.allows(alias)) {
            return null;
        }
        if (length == 0) {
            return aliases.name(alias);
        }
        TopicName name = plain(in, index, length);
        if (name != null) {
            aliases.set(alias, name);
        }
        return name;
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

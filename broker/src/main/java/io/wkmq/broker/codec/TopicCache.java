package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicName;
import io.wkmq.session.ReasonCode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The topics that a client uses: the last one published to, since most clients repeat it, and those with an alias. One per connection. */
final class TopicCache {
    /** Longer names are not cached: an idle connection should not hold 64 KiB. */
    private static final int BYTES_MAX = 1024;

    private @Nullable TopicName last;
    private ByteBuf lastUtf8 = Unpooled.EMPTY_BUFFER;
    private InboundAliases aliases = InboundAliases.NONE;

    /** Allows the client this many topic aliases. */
    void allowAliases(int maximum) {
        aliases = new InboundAliases(maximum);
    }

    /** Returns the topics, indexed by alias - 1; the HiveMQ decoder reads and modifies the array. */
    String[] aliased() {
        return aliases.topics();
    }

    /** Returns the validated topic name with this text. */
    TopicName name(String text) {
        TopicName known = last;
        return known != null && known.text().equals(text) ? known : remember(parse(text));
    }

    /**
     * Returns the topic name with these bytes.
     *
     * @return null unless they equal the last topic, or are few and all printable ASCII without wildcards
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
     * Returns the topic name of a PUBLISH with an alias: the given bytes, which the alias maps to from now on, or, without any,
     * what it maps to.
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

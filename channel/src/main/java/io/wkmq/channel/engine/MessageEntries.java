package io.wkmq.channel.engine;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.Message;
import io.wkmq.routing.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Messages as entries of channels. Stateless. */
public final class MessageEntries {
    /** The user property by which a publisher names a message. */
    static final String NAME = "wk-msg-id";

    private MessageEntries() {}

    /**
     * The entry of a message.
     *
     * @param scope who names messages: two of them may use the same name for different messages
     */
    public static Entry entry(Message message, String scope) {
        String name = name(message);
        return new Entry(body(message), name == null ? null : key(message, scope, name));
    }

    /**
     * The entry of a message with that name, whatever its publisher calls it.
     *
     * @param scope who names messages
     */
    static Entry entry(Message message, String scope, String name) {
        return new Entry(body(message), key(message, scope, name));
    }

    /** There is room for all but long properties from the first: the payload is the last to be written. */
    private static byte[] body(Message message) {
        int head = 128 + message.topic().utf8().length + 3 * message.publisher().length();
        ByteWriter out = new ByteWriter(head + message.payload().length);
        MessageCodec.write(out, message);
        return out.toBytes();
    }

    /** The message that an entry was made of. */
    public static Message message(Entry entry) {
        return MessageCodec.read(new ByteReader(entry.body()));
    }

    /** The name that its publisher gave the message; null if it has none. */
    public static @Nullable String name(Message message) {
        for (UserProperty property : message.properties().userProperties()) {
            if (property.name().equals(NAME)) {
                return property.value();
            }
        }
        return null;
    }

    private static MessageKey key(Message message, String scope, String name) {
        byte[] scopeBytes = scope.getBytes(StandardCharsets.UTF_8);
        ByteBuffer named = hash(scopeBytes, name.getBytes(StandardCharsets.UTF_8));
        ByteBuffer content = hash(message.topic().utf8(), message.payload());
        return new MessageKey(named.getLong(), named.getLong(), content.getLong());
    }

    /** The hash of both, and of where the first one ends. */
    private static ByteBuffer hash(byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(first.length).flip());
            digest.update(first);
            digest.update(second);
            return ByteBuffer.wrap(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

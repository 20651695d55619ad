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

/** Converts messages to channel entries and back. Stateless. */
public final class MessageEntries {
    /** The user property with which a publisher names a message. */
    static final String NAME = "wk-msg-id";

    private MessageEntries() {}

    /**
     * Returns the entry of a message.
     *
     * @param scope the namespace of message names: two scopes may use the same name for different messages
     */
    public static Entry entry(Message message, String scope) {
        String name = name(message);
        return new Entry(body(message), name == null ? null : key(message, scope, name));
    }

    /**
     * Returns the entry of a message under the given name, regardless of the name set by its publisher.
     *
     * @param scope the namespace of message names
     */
    static Entry entry(Message message, String scope, String name) {
        return new Entry(body(message), key(message, scope, name));
    }

    /** Presizes the buffer for everything except long properties; the payload is written last. */
    private static byte[] body(Message message) {
        int head = 128 + message.topic().utf8().length + 3 * message.publisher().length();
        ByteWriter out = new ByteWriter(head + message.payload().length);
        MessageCodec.write(out, message);
        return out.toBytes();
    }

    /** Returns the message from which an entry was made. */
    public static Message message(Entry entry) {
        return MessageCodec.read(new ByteReader(entry.body()));
    }

    /** Returns the name that its publisher gave the message; null if there is none. */
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

    /** Hashes both parts and the length of the first. */
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

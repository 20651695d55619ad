package io.wkmq.routing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a PUBLISH that are forwarded to subscribers unaltered (MQTT 5, 3.3.2.3). Topic alias and subscription
 * identifiers belong to one connection and are not included; the expiry is {@link Message#expiresAtMs()}. Immutable.
 *
 * <p>Stored in the encoded form that every delivery writes, since decoding them into texts would cost more than the message itself.
 * Accessors decode at each call.
 */
public final class MessageProperties {
    /** No properties: every MQTT 3 message, most MQTT 5 messages. May be compared by identity. */
    public static final MessageProperties NONE = new MessageProperties(new byte[0]);

    private static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int USER_PROPERTY = 0x26;
    private static final int LENGTH_MAX = 65_535;

    private final byte[] encoded;

    private MessageProperties(byte[] encoded) {
        this.encoded = encoded;
    }

    /**
     * Encodes properties.
     *
     * @param payloadIsUtf8 payload format indicator 1 [MQTT-3.3.2-4]
     * @param contentType content type, or null
     * @param responseTopic response topic, or null
     * @param correlationData correlation data, or null
     * @param userProperties user properties in the order received
     * @throws IllegalArgumentException if a text or the data has more than 65535 bytes
     */
    public MessageProperties(
            boolean payloadIsUtf8,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            List<UserProperty> userProperties) {
        int most = 2 + most(contentType) + most(responseTopic) + (correlationData == null ? 0 : correlationData.length);
        for (UserProperty property : userProperties) {
            most += most(property.name()) + most(property.value());
        }
        ByteBuffer out = ByteBuffer.allocate(most + 3);
        if (payloadIsUtf8) {
            out.put((byte) PAYLOAD_FORMAT_INDICATOR).put((byte) 1);
        }
        if (contentType != null) {
            write(CONTENT_TYPE, contentType, out);
        }
        if (responseTopic != null) {
            write(RESPONSE_TOPIC, responseTopic, out);
        }
        if (correlationData != null) {
            write(out.put((byte) CORRELATION_DATA), correlationData);
        }
        for (UserProperty property : userProperties) {
            write(USER_PROPERTY, property.name(), out);
            write(out, property.value().getBytes(StandardCharsets.UTF_8));
        }
        this.encoded = Arrays.copyOf(out.array(), out.position());
    }

    /**
     * Wraps properties that are encoded and valid already; takes ownership of the array.
     *
     * @param encoded in the form returned by {@link #encoded()}; not validated, must not be modified afterwards
     */
    public static MessageProperties ofEncoded(byte[] encoded) {
        return encoded.length == 0 ? NONE : new MessageProperties(encoded);
    }

    /** Returns these properties followed by more user properties. */
    public MessageProperties and(List<UserProperty> more) {
        byte[] theirs = new MessageProperties(false, null, null, null, more).encoded;
        byte[] both = Arrays.copyOf(encoded, encoded.length + theirs.length);
        System.arraycopy(theirs, 0, both, encoded.length, theirs.length);
        return ofEncoded(both);
    }

    /** Returns the maximum size of a text with its identifier, in bytes. */
    private static int most(@Nullable String text) {
        return text == null ? 0 : 3 + 3 * text.length();
    }

    private static void write(int id, String text, ByteBuffer out) {
        write(out.put((byte) id), text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(ByteBuffer out, byte[] bytes) {
        if (bytes.length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "A property has " + bytes.length + " bytes; expected at most " + LENGTH_MAX + " (1.5.4)");
        }
        out.putShort((short) bytes.length).put(bytes);
    }

    /**
     * Returns the encoding in a PUBLISH (2.2.2.2) without the length, in the publisher's order. Contains only the properties named
     * in the constructor, each at most once except user properties, and no payload format indicator 0. Shared, not a copy: must not
     * be modified.
     */
    public byte[] encoded() {
        return encoded;
    }

    /** Returns whether the payload format indicator is 1 [MQTT-3.3.2-4]. */
    public boolean payloadIsUtf8() {
        return find(PAYLOAD_FORMAT_INDICATOR) >= 0;
    }

    /** Returns the content type, or null. */
    public @Nullable String contentType() {
        return text(find(CONTENT_TYPE));
    }

    /** Returns the response topic, or null. */
    public @Nullable String responseTopic() {
        return text(find(RESPONSE_TOPIC));
    }

    /** Returns a copy of the correlation data, or null. */
    public byte @Nullable [] correlationData() {
        int at = find(CORRELATION_DATA);
        return at < 0 ? null : Arrays.copyOfRange(encoded, at + 3, behindData(at + 1));
    }

    /** Returns the user properties in the order received. */
    public List<UserProperty> userProperties() {
        List<UserProperty> properties = new ArrayList<>();
        for (int at = 0; at < encoded.length; at = behind(at)) {
            if (encoded[at] == USER_PROPERTY) {
                properties.add(new UserProperty(textAt(at + 1), textAt(behindData(at + 1))));
            }
        }
        return List.copyOf(properties);
    }

    /** Returns where the first property with that identifier starts, or -1. */
    private int find(int id) {
        for (int at = 0; at < encoded.length; at = behind(at)) {
            if (encoded[at] == id) {
                return at;
            }
        }
        return -1;
    }

    private @Nullable String text(int at) {
        return at < 0 ? null : textAt(at + 1);
    }

    private String textAt(int lengthAt) {
        return new String(encoded, lengthAt + 2, lengthAt(lengthAt), StandardCharsets.UTF_8);
    }

    private int behind(int at) {
        return switch (encoded[at]) {
            case PAYLOAD_FORMAT_INDICATOR -> at + 2;
            case USER_PROPERTY -> behindData(behindData(at + 1));
            default -> behindData(at + 1);
        };
    }

    private int behindData(int lengthAt) {
        return lengthAt + 2 + lengthAt(lengthAt);
    }

    private int lengthAt(int at) {
        return (encoded[at] & 0xFF) << 8 | (encoded[at + 1] & 0xFF);
    }

    /** Returns what they count against byte limits: their size in memory; 0 if there are none. */
    public long bytes() {
        return encoded.length == 0 ? 0 : 40L + encoded.length;
    }

    /** Returns whether the other object has the same properties in the same order. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof MessageProperties properties && Arrays.equals(encoded, properties.encoded));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "MessageProperties[bytes=" + encoded.length + ']';
    }
}

package io.wkmq.routing;

import java.nio.charset.StandardCharsets;

/**
 * The topic a message is published to: 1 to 65535 bytes of UTF-8, no wildcard, no U+0000 (MQTT 5, 4.7). Immutable; the
 * UTF-8 form and the hash are kept, because every delivery writes the one and every route look-up uses the other.
 */
public final class TopicName {
    /** The longest name in bytes of UTF-8. */
    public static final int BYTES_MAX = 65_535;

    private final String text;
    private final byte[] utf8;

    private TopicName(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
    }

    /**
     * Validates a name.
     *
     * @throws InvalidTopicException if it is empty, too long, or holds {@code +}, {@code #} or U+0000
     */
    public static TopicName of(String text) {
        if (text.isEmpty()) {
            throw new InvalidTopicException("A topic name is empty; expected at least one character [MQTT-4.7.3-1]");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '#') {
                throw new InvalidTopicException("The topic name '" + text + "' holds the wildcard '" + c
                        + "'; only filters may [MQTT-4.7.1-1]");
            }
            if (c == 0) {
                throw new InvalidTopicException("A topic name holds U+0000 [MQTT-4.7.3-2]");
            }
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > BYTES_MAX) {
            throw new InvalidTopicException(
                    "A topic name has " + utf8.length + " bytes; at most " + BYTES_MAX + " are allowed [MQTT-4.7.3-3]");
        }
        return new TopicName(text, utf8);
    }

    /** The name as text. */
    public String text() {
        return text;
    }

    /** The name in UTF-8. Shared, not a copy: read only. */
    public byte[] utf8() {
        return utf8;
    }

    /** Whether the first level starts with {@code $}: filters that start with a wildcard do not match it [MQTT-4.7.2-1]. */
    public boolean reserved() {
        return text.charAt(0) == '$';
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof TopicName name && text.equals(name.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

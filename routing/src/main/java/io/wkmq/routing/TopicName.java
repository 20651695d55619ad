package io.wkmq.routing;

import java.util.Arrays;

/**
 * The topic a message is published to: 1 to 65535 bytes of UTF-8, no wildcard, no U+0000 (MQTT 5, 4.7). Immutable. The UTF-8 form
 * and the hash are stored because every delivery writes the former and every route look-up uses the latter.
 */
public final class TopicName {
    /** The maximum length of a name in bytes of UTF-8. */
    public static final int BYTES_MAX = TopicText.BYTES_MAX;

    private final String text;
    private final byte[] utf8;
    private final int hash;

    private TopicName(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
        this.hash = text.hashCode();
    }

    /**
     * Validates a name.
     *
     * @throws InvalidTopicException if it is empty, too long, not well-formed, or contains {@code +}, {@code #} or U+0000
     */
    public static TopicName of(String text) {
        byte[] utf8 = TopicText.utf8("topic name", text);
        for (byte b : utf8) {
            if (b == '+' || b == '#') {
                throw new InvalidTopicException("The topic name " + TopicText.quoted(text) + " holds the wildcard '"
                        + (char) b + "'; only filters may [MQTT-4.7.0-1]");
            }
        }
        return new TopicName(text, utf8);
    }

    /** Returns the name as text. */
    public String text() {
        return text;
    }

    /** Returns the name in UTF-8. Shared, not a copy: must not be modified. */
    public byte[] utf8() {
        return utf8;
    }

    /** Returns the number of levels; counts them at each call. */
    public int levels() {
        return Levels.count(utf8);
    }

    /** Returns whether the first level starts with {@code $}: filters that start with a wildcard do not match it [MQTT-4.7.2-1]. */
    public boolean reserved() {
        return utf8[0] == '$';
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof TopicName name && hash == name.hash && Arrays.equals(utf8, name.utf8));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}

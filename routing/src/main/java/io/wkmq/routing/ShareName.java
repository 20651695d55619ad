package io.wkmq.routing;

/**
 * The name of a shared subscription's group: at least one character, none of {@code / + #} [MQTT-4.8.2-1].
 *
 * @param text the name
 */
public record ShareName(String text) {
    /** The group of EMQ's {@code $queue/filter}, which is another notation for {@code $share/$queue/filter}. */
    public static final ShareName QUEUE = new ShareName("$queue");

    /**
     * Validates the name.
     *
     * @throws InvalidTopicException if it is empty, not well-formed, or contains {@code /}, {@code +}, {@code #} or U+0000
     */
    public ShareName {
        if (text.isEmpty()) {
            throw new InvalidTopicException("A share name is empty; expected $share/<name>/<filter> [MQTT-4.8.2-1]");
        }
        for (byte b : TopicText.utf8("share name", text)) {
            if (b == '/' || b == '+' || b == '#') {
                throw new InvalidTopicException(
                        "The share name " + TopicText.quoted(text) + " holds '" + (char) b + "' [MQTT-4.8.2-2]");
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}

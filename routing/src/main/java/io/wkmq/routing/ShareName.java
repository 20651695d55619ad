package io.wkmq.routing;

/**
 * The name of a shared subscription's group: at least one character, none of {@code / + #} [MQTT-4.8.2-1].
 *
 * @param text the name
 */
public record ShareName(String text) {
    /** The group of EMQ's {@code $queue/filter}, which is {@code $share/$queue/filter} by another spelling. */
    public static final ShareName QUEUE = new ShareName("$queue");

    /**
     * Validates the name.
     *
     * @throws InvalidTopicException if it is empty or holds {@code /}, {@code +} or {@code #}
     */
    public ShareName {
        if (text.isEmpty()) {
            throw new InvalidTopicException("A share name is empty; expected $share/<name>/<filter> [MQTT-4.8.2-1]");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/' || c == '+' || c == '#') {
                throw new InvalidTopicException("The share name '" + text + "' holds '" + c + "' [MQTT-4.8.2-2]");
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.wkmq.routing;

import java.nio.charset.StandardCharsets;

/**
 * What a subscriber wants: a topic name in which whole levels may be {@code +} and the last one {@code #} (MQTT 5, 4.7.1).
 * Never a shared one: {@code $share/group/filter} is a {@link SubscriptionFilter}. Immutable.
 */
public final class TopicFilter {
    private final String text;
    private final boolean wildcard;

    private TopicFilter(String text, boolean wildcard) {
        this.text = text;
        this.wildcard = wildcard;
    }

    /**
     * Validates a filter.
     *
     * @throws InvalidTopicException if it is empty, too long, holds U+0000, or a wildcard does not fill its level, or
     *     {@code #} is not the last level
     */
    public static TopicFilter of(String text) {
        if (text.isEmpty()) {
            throw new InvalidTopicException("A topic filter is empty; expected at least one character [MQTT-4.7.3-1]");
        }
        boolean wildcard = false;
        int last = text.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new InvalidTopicException("A topic filter holds U+0000 [MQTT-4.7.3-2]");
            }
            if (c != '+' && c != '#') {
                continue;
            }
            wildcard = true;
            boolean fillsLevel = (i == 0 || text.charAt(i - 1) == '/') && (i == last || text.charAt(i + 1) == '/');
            if (!fillsLevel || (c == '#' && i != last)) {
                throw new InvalidTopicException("In the topic filter '" + text + "' the wildcard '" + c + "' at " + i
                        + (c == '#'
                                ? " is not the whole last level [MQTT-4.7.1-1]"
                                : " is not a whole level [MQTT-4.7.1-2]"));
            }
        }
        if (text.length() > TopicName.BYTES_MAX / 3
                && text.getBytes(StandardCharsets.UTF_8).length > TopicName.BYTES_MAX) {
            throw new InvalidTopicException(
                    "A topic filter has more than " + TopicName.BYTES_MAX + " bytes [MQTT-4.7.3-3]");
        }
        return new TopicFilter(text, wildcard);
    }

    /** The filter as text. */
    public String text() {
        return text;
    }

    /** Whether any level is {@code +} or {@code #}. */
    public boolean wildcard() {
        return wildcard;
    }

    /** Whether this one filter matches that name. For many filters ask the {@link RouteTable}. */
    public boolean matches(TopicName topic) {
        String name = topic.text();
        if (!wildcard) {
            return text.equals(name);
        }
        char first = text.charAt(0);
        if (topic.reserved() && (first == '+' || first == '#')) {
            return false; // [MQTT-4.7.2-1]
        }
        int f = 0;
        int n = 0;
        while (f < text.length()) {
            char c = text.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                n = levelEnd(name, n);
                f++;
            } else {
                int end = levelEnd(text, f);
                int length = end - f;
                if (levelEnd(name, n) - n != length || !name.regionMatches(n, text, f, length)) {
                    return false;
                }
                f = end;
                n += length;
            }
            boolean filterEnds = f == text.length();
            boolean nameEnds = n == name.length();
            if (filterEnds || nameEnds) {
                // "a/#" matches its parent "a" (4.7.1.2)
                return filterEnds ? nameEnds : text.length() - f == 2 && text.charAt(f + 1) == '#';
            }
            f++;
            n++;
        }
        return n == name.length(); // the last level of both is empty, as in "a/"
    }

    private static int levelEnd(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof TopicFilter filter && text.equals(filter.text));
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

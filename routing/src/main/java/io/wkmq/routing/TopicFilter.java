package io.wkmq.routing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The topic filter of a subscription: a topic name in which whole levels may be {@code +} and the last one {@code #} (MQTT 5,
 * 4.7.1). Never a shared one: {@code $share/group/filter} is a {@link SubscriptionFilter}. Immutable. A broker keeps millions of
 * them, so only the UTF-8 form is stored; everything else is computed at each call.
 */
public final class TopicFilter {
    private final byte[] utf8;

    private TopicFilter(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Validates a filter.
     *
     * @throws InvalidTopicException if it is empty, too long, not well-formed, contains U+0000, or a wildcard does not fill its
     *     level, or {@code #} is not the last level
     */
    public static TopicFilter of(String text) {
        byte[] utf8 = TopicText.utf8("topic filter", text);
        int last = utf8.length - 1;
        for (int i = 0; i <= last; i++) {
            byte b = utf8[i];
            if (!wildcard(b)) {
                continue;
            }
            boolean fillsLevel = (i == 0 || utf8[i - 1] == '/') && (i == last || utf8[i + 1] == '/');
            if (!fillsLevel || (b == '#' && i != last)) {
                throw new InvalidTopicException("In the topic filter " + TopicText.quoted(text) + " the wildcard '"
                        + (char) b + "' at byte " + i
                        + (b == '#'
                                ? " is not the whole last level [MQTT-4.7.1-1]"
                                : " is not a whole level [MQTT-4.7.1-2]"));
            }
        }
        return new TopicFilter(utf8);
    }

    /** Creates a filter from bytes known to be valid. The array is not copied. */
    static TopicFilter known(byte[] utf8) {
        return new TopicFilter(utf8);
    }

    /** Returns the filter as text; creates it at each call. */
    public String text() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Returns the filter in UTF-8. Shared, not a copy: must not be modified. */
    public byte[] utf8() {
        return utf8;
    }

    /** Returns the number of levels. */
    public int levels() {
        return Levels.count(utf8);
    }

    /** Returns whether any level is {@code +} or {@code #}. */
    public boolean wildcard() {
        for (byte b : utf8) {
            if (wildcard(b)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the first level is {@code +} or {@code #}, so that {@code $} topics are not matched [MQTT-4.7.2-1]. */
    boolean startsWithWildcard() {
        return wildcard(utf8[0]);
    }

    private static boolean wildcard(byte b) {
        return b == '+' || b == '#';
    }

    /** Returns whether this filter matches that name. To match many filters use the {@link RouteTable}. */
    public boolean matches(TopicName topic) {
        return !(topic.reserved() && startsWithWildcard()) && Levels.matches(utf8, 0, topic.utf8(), 0);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof TopicFilter filter && Arrays.equals(utf8, filter.utf8));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return text();
    }
}

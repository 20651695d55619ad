package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The topic of a rule: a filter, possibly with placeholders for the client's names, or ({@code {eq, "..."}}) a text that must
 * be equal. Immutable.
 *
 * <p>A placeholder stands for text within one level, never for a level separator or a wildcard, and never yields a topic that
 * starts with {@code $}: the pattern matches nothing for a client whose name would do so, or that has no such name.
 */
final class TopicPattern {
    /** The names used by EMQ and by its later versions. */
    private static final Pattern PLACEHOLDER = Pattern.compile("%c|%u|\\$\\{clientid}|\\$\\{username}");

    private static final int EXPANDED_CHARS_MAX = TopicName.BYTES_MAX / 3;

    private final String text;
    private final boolean exact;

    /** The filter, null if it depends on the client. */
    private final @Nullable TopicFilter filter;

    private TopicPattern(String text, boolean exact, @Nullable TopicFilter filter) {
        this.text = text;
        this.exact = exact;
        this.filter = filter;
    }

    /**
     * Creates a pattern from a filter with or without placeholders.
     *
     * @throws InvalidTopicException if it is invalid with names substituted for the placeholders
     */
    static TopicPattern of(String text) {
        Matcher placeholders = PLACEHOLDER.matcher(text);
        if (!placeholders.find()) {
            return new TopicPattern(text, false, TopicFilter.of(text));
        }
        TopicFilter.of(placeholders.replaceAll("x"));
        return new TopicPattern(text, false, null);
    }

    /**
     * Creates a pattern from a text that must be equal, wildcards included.
     *
     * @throws InvalidTopicException if it is not a valid filter
     */
    static TopicPattern exact(String text) {
        return new TopicPattern(text, true, TopicFilter.of(text));
    }

    boolean matches(TopicName topic, ClientInfo client) {
        if (exact) {
            return text.equals(topic.text());
        }
        TopicFilter mine = forClient(client);
        return mine != null && mine.matches(topic);
    }

    boolean holds(FilterRelation relation, TopicFilter requested, ClientInfo client) {
        if (exact) {
            return text.equals(requested.text());
        }
        TopicFilter mine = forClient(client);
        return mine != null && relation.holds(mine, requested);
    }

    private @Nullable TopicFilter forClient(ClientInfo client) {
        if (filter != null) {
            return filter;
        }
        StringBuilder expanded = new StringBuilder(text.length() + 16);
        Matcher placeholders = PLACEHOLDER.matcher(text);
        while (placeholders.find()) {
            boolean clientId =
                    placeholders.group().equals("%c") || placeholders.group().equals("${clientid}");
            String name = clientId ? client.clientId() : client.userName();
            if (name == null || !staysInLevel(name)) {
                return null;
            }
            if (placeholders.start() == 0 && name.startsWith("$")) {
                return null;
            }
            placeholders.appendReplacement(expanded, Matcher.quoteReplacement(name));
        }
        placeholders.appendTail(expanded);
        return expanded.length() > EXPANDED_CHARS_MAX ? null : TopicFilter.of(expanded.toString());
    }

    private static boolean staysInLevel(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '+' || c == '#' || c == 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}

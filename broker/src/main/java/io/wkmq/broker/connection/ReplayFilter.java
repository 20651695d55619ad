package io.wkmq.broker.connection;

import io.wkmq.channel.engine.ReadStart;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter that asks for a replay: {@code [$share/<group>/]$ch/<channel>[@<start>]/<filter>}. Where it begins stands in the filter, for
 * clients that have no user properties, or in the user property {@code wk-from}; else it begins with what comes next. Which cursor it
 * moves is said by {@code @cursor:<name>} there, or by {@code wk-cursor}; a group has its own. Clients of EMQX say {@code $s/<offset>/<filter>} with the whole filter of a
 * channel, and {@code stream-offset}.
 *
 * @param group the name of the group that shares it; null if it is one client's
 * @param ordered whether one client of the group gets all, the others in his place
 * @param channel the channel's name; null if it is the one that has the wanted topics as its filter
 * @param prefix all in front of the wanted topics, as the client wrote it
 * @param topics the wanted topics
 * @param start with which record it begins, if it has no cursor that is there already
 * @param cursor the name of its cursor; empty if it wants none, null if it does not say
 */
record ReplayFilter(
        @Nullable String group,
        boolean ordered,
        @Nullable String channel,
        String prefix,
        TopicFilter topics,
        ReadStart start,
        @Nullable String cursor) {
    private static final String STREAM = "$s/";
    private static final String SHARED = "$share/";
    private static final String QUEUE = "$queue/";
    private static final String FROM = "wk-from";
    private static final String CURSOR = "wk-cursor";
    private static final String STRATEGY = "wk-group";
    private static final String NAMED = "cursor:";
    private static final String OFFSET = "stream-offset";
    private static final String NO_CURSOR = "";
    private static final Pattern GROUP = Pattern.compile("[^+#]{1,64}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
    private static final long MICROS_PER_MS = 1000;

    /** Checks that topics can begin with the prefix: a time zone as +01:00 would make them filters [MQTT-4.7.1-2]. */
    ReplayFilter {
        var unused = TopicName.of(prefix);
        if (cursor != null && !cursor.equals(NO_CURSOR) && !NAME.matcher(cursor).matches()) {
            throw new IllegalArgumentException(
                    "A cursor is called '" + cursor + "'; expected 1 to 64 letters, digits, '_', '.' and '-'");
        }
    }

    /** Whether the text asks for a replay, be it one that a group shares. */
    static boolean is(String text) {
        int at = begin(text);
        return at >= 0 && (text.startsWith(ChannelTopics.PREFIX, at) || text.startsWith(STREAM, at));
    }

    /** Where the filter begins behind the name of a group; -1 if that is not complete. */
    private static int begin(String text) {
        if (text.startsWith(QUEUE)) {
            return QUEUE.length();
        }
        if (!text.startsWith(SHARED)) {
            return 0;
        }
        int slash = text.indexOf('/', SHARED.length());
        return slash < 0 ? -1 : slash + 1;
    }

    /**
     * Reads a filter.
     *
     * @throws IllegalArgumentException if it says no channel, no filter, no start, or no name of a cursor
     */
    static ReplayFilter parse(String whole, List<UserProperty> properties, Instant now) {
        int begin = begin(whole);
        if (begin == 0) {
            return of(whole, properties, now);
        }
        String group = whole.startsWith(QUEUE) ? "$queue" : whole.substring(SHARED.length(), begin - 1);
        if (!GROUP.matcher(group).matches()) {
            throw new IllegalArgumentException(
                    "A group is called '" + group + "'; expected 1 to 64 characters, none of '+' and '#'");
        }
        if (whole.startsWith(STREAM, begin)) {
            throw new IllegalArgumentException("'" + whole + "' is shared; expected a filter of the kind $ch/name/#");
        }
        ReplayFilter filter = of(whole.substring(begin), properties, now);
        return new ReplayFilter(
                group, ordered(properties), filter.channel, filter.prefix, filter.topics, filter.start, filter.cursor);
    }

    private static ReplayFilter of(String text, List<UserProperty> properties, Instant now) {
        if (text.startsWith(STREAM)) {
            return stream(text);
        }
        int slash = text.indexOf('/', ChannelTopics.PREFIX.length());
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' has no filter behind the channel; expected $ch/name/#");
        }
        String channel = text.substring(ChannelTopics.PREFIX.length(), slash);
        String prefix = text.substring(0, slash + 1);
        TopicFilter topics = TopicFilter.of(text.substring(slash + 1));
        String cursor = last(properties, CURSOR);
        int at = channel.indexOf('@');
        if (at < 0) {
            boolean offset = last(properties, FROM) == null && last(properties, OFFSET) != null;
            return new ReplayFilter(
                    null,
                    false,
                    channel,
                    prefix,
                    topics,
                    start(properties, now),
                    cursor == null && offset ? NO_CURSOR : cursor);
        }
        String name = channel.substring(0, at);
        String where = channel.substring(at + 1);
        if (!where.startsWith(NAMED)) {
            return new ReplayFilter(
                    null,
                    false,
                    name,
                    prefix,
                    topics,
                    ReplayStart.parse(where, now),
                    cursor == null ? NO_CURSOR : cursor);
        }
        int from = where.indexOf('@');
        return new ReplayFilter(
                null,
                false,
                name,
                prefix,
                topics,
                from < 0 ? start(properties, now) : ReplayStart.parse(where.substring(from + 1), now),
                named(from < 0 ? where.substring(NAMED.length()) : where.substring(NAMED.length(), from)));
    }

    private static String named(String cursor) {
        if (cursor.isEmpty()) {
            throw new IllegalArgumentException("'@cursor:' is followed by no name");
        }
        return cursor;
    }

    private static boolean ordered(List<UserProperty> properties) {
        String strategy = last(properties, STRATEGY);
        if (strategy == null || strategy.equals("competing")) {
            return false;
        }
        if (strategy.equals("ordered")) {
            return true;
        }
        throw new IllegalArgumentException("A group is '" + strategy + "'; expected ordered or competing");
    }

    private static ReplayFilter stream(String text) {
        int slash = text.indexOf('/', STREAM.length());
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' has no filter; expected $s/earliest/a/#");
        }
        return new ReplayFilter(
                null,
                false,
                null,
                text.substring(0, slash + 1),
                TopicFilter.of(text.substring(slash + 1)),
                offset(text.substring(STREAM.length(), slash)),
                NO_CURSOR);
    }

    private static ReadStart start(List<UserProperty> properties, Instant now) {
        String from = last(properties, FROM);
        if (from != null) {
            return ReplayStart.parse(from, now);
        }
        String offset = last(properties, OFFSET);
        return offset == null ? new ReadStart.Next() : offset(offset);
    }

    private static @Nullable String last(List<UserProperty> properties, String name) {
        String value = null;
        for (UserProperty property : properties) {
            if (property.name().equals(name)) {
                value = property.value();
            }
        }
        return value;
    }

    /** A start as EMQX has them: its latest is what comes next. */
    private static ReadStart offset(String text) {
        return switch (text) {
            case "earliest" -> new ReadStart.Earliest();
            case "latest" -> new ReadStart.Next();
            default -> new ReadStart.Time(ReplayStart.number(text, 0) / MICROS_PER_MS);
        };
    }
}

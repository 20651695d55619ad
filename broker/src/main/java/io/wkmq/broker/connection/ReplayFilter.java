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
 * A filter that requests a replay: {@code [$share/<group>/]$ch/<channel>[@<start>]/<filter>}. The start is part of the filter,
 * for clients without user properties, or the user property {@code wk-from}; the default is the next record. The cursor that
 * the replay advances is named by {@code @cursor:<name>} in the same place or by {@code wk-cursor}; a group has its own cursor.
 * As in EMQX, {@code $s/<offset>/<filter>} with the exact filter of a channel is accepted, and the property
 * {@code stream-offset}.
 *
 * @param group the name of the group that shares the replay; null if it is a single client's
 * @param ordered whether one member of the group receives everything while the others stand by
 * @param channel the channel's name; null for the channel whose filter equals the requested topics
 * @param prefix everything before the requested topics, as the client wrote it
 * @param topics the requested topics
 * @param start where the replay begins, unless its cursor exists already
 * @param cursor the cursor's name; empty for none, null if not stated
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

    /** Checks that topics can begin with the prefix: a time zone such as +01:00 would turn them into filters [MQTT-4.7.1-2]. */
    ReplayFilter {
        var unused = TopicName.of(prefix);
        if (cursor != null && !cursor.equals(NO_CURSOR) && !NAME.matcher(cursor).matches()) {
            throw new IllegalArgumentException(
                    "A cursor is called '" + cursor + "'; expected 1 to 64 letters, digits, '_', '.' and '-'");
        }
    }

    /** Returns whether the text requests a replay, shared by a group or not. */
    static boolean is(String text) {
        int at = begin(text);
        return at >= 0 && (text.startsWith(ChannelTopics.PREFIX, at) || text.startsWith(STREAM, at));
    }

    /** Returns where the filter begins after the group name; -1 if that part is incomplete. */
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
     * Parses a filter.
     *
     * @throws IllegalArgumentException if the channel, the filter, the start, the group or the cursor's name is missing or
     *     invalid
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

    /** Parses a start as EMQX defines it: its {@code latest} means the next record. */
    private static ReadStart offset(String text) {
        return switch (text) {
            case "earliest" -> new ReadStart.Earliest();
            case "latest" -> new ReadStart.Next();
            default -> new ReadStart.Time(ReplayStart.number(text, 0) / MICROS_PER_MS);
        };
    }
}

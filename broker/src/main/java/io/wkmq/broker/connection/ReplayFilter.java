package io.wkmq.broker.connection;

import io.wkmq.broker.config.Units;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.UserProperty;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * A filter that asks for a replay: {@code $ch/<channel>[@<start>]/<filter>}. Where it begins stands in the filter, for clients that have
 * no user properties, or in the user property {@code wk-from}; else it begins with what comes next.
 *
 * @param channel the channel's name
 * @param prefix all in front of the wanted topics, as the client wrote it
 * @param topics the wanted topics
 * @param start with which record it begins
 */
record ReplayFilter(String channel, String prefix, TopicFilter topics, ReadStart start) {
    private static final String PREFIX = "$ch/";
    private static final String SHARED = "$share/";
    private static final String QUEUE = "$queue/" + PREFIX;
    private static final String FROM = "wk-from";

    /** Whether the text asks for a replay. */
    static boolean is(String text) {
        return text.startsWith(PREFIX);
    }

    /** Whether the text asks for a replay that a group shares. */
    static boolean isShared(String text) {
        int group = SHARED.length();
        return text.startsWith(QUEUE)
                || (text.startsWith(SHARED)
                        && text.startsWith('/' + PREFIX, Math.max(group, text.indexOf('/', group))));
    }

    /**
     * Reads a filter.
     *
     * @throws IllegalArgumentException if it says no channel, no filter or no start
     */
    static ReplayFilter parse(String text, List<UserProperty> properties, Instant now) {
        int slash = text.indexOf('/', PREFIX.length());
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' has no filter behind the channel; expected $ch/name/#");
        }
        String channel = text.substring(PREFIX.length(), slash);
        int at = channel.indexOf('@');
        String start = at < 0 ? from(properties) : channel.substring(at + 1);
        return new ReplayFilter(
                at < 0 ? channel : channel.substring(0, at),
                text.substring(0, slash + 1),
                TopicFilter.of(text.substring(slash + 1)),
                start(start, now));
    }

    private static String from(List<UserProperty> properties) {
        String from = "next";
        for (UserProperty property : properties) {
            if (property.name().equals(FROM)) {
                from = property.value();
            }
        }
        return from;
    }

    private static ReadStart start(String text, Instant now) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        String value = text.substring(colon + 1);
        return switch (word) {
            case "earliest" -> new ReadStart.Earliest();
            case "latest" -> new ReadStart.Last(1);
            case "next" -> new ReadStart.Next();
            case "seq" -> new ReadStart.Seq(Units.number(value));
            case "last" -> new ReadStart.Last(Units.number(value));
            case "time" -> new ReadStart.Time(instant(value).toEpochMilli());
            case "ago" -> new ReadStart.Time(ago(now, Units.duration(value)));
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is no start; expected earliest, latest, next, seq:N, last:N, time:<ISO 8601> or ago:15m");
        };
    }

    private static long ago(Instant now, Duration duration) {
        return now.toEpochMilli() - duration.toMillis();
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no time; expected one as 2026-11-20T08:00:00Z", e);
        }
    }
}

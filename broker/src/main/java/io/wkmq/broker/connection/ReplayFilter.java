package io.wkmq.broker.connection;

import io.wkmq.broker.config.Units;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter that asks for a replay: {@code $ch/<channel>[@<start>]/<filter>}. Where it begins stands in the filter, for clients that have
 * no user properties, or in the user property {@code wk-from}; else it begins with what comes next. Clients of EMQX say
 * {@code $s/<offset>/<filter>} with the whole filter of a channel, and {@code stream-offset}.
 *
 * @param channel the channel's name; null if it is the one that has the wanted topics as its filter
 * @param prefix all in front of the wanted topics, as the client wrote it
 * @param topics the wanted topics
 * @param start with which record it begins
 */
record ReplayFilter(@Nullable String channel, String prefix, TopicFilter topics, ReadStart start) {
    private static final String PREFIX = "$ch/";
    private static final String STREAM = "$s/";
    private static final String SHARED = "$share/";
    private static final String QUEUE = "$queue/";
    private static final String FROM = "wk-from";
    private static final String OFFSET = "stream-offset";
    private static final long MICROS_PER_MS = 1000;

    /** Checks that topics can begin with the prefix: a time zone as +01:00 would make them filters [MQTT-4.7.1-2]. */
    ReplayFilter {
        var unused = TopicName.of(prefix);
    }

    /** Whether the text asks for a replay. */
    static boolean is(String text) {
        return is(text, 0);
    }

    /** Whether the text asks for a replay that a group shares. */
    static boolean isShared(String text) {
        if (text.startsWith(QUEUE)) {
            return is(text, QUEUE.length());
        }
        int slash = text.startsWith(SHARED) ? text.indexOf('/', SHARED.length()) : -1;
        return slash >= 0 && is(text, slash + 1);
    }

    private static boolean is(String text, int at) {
        return text.startsWith(PREFIX, at) || text.startsWith(STREAM, at);
    }

    /**
     * Reads a filter.
     *
     * @throws IllegalArgumentException if it says no channel, no filter or no start
     */
    static ReplayFilter parse(String text, List<UserProperty> properties, Instant now) {
        if (text.startsWith(STREAM)) {
            return stream(text);
        }
        int slash = text.indexOf('/', PREFIX.length());
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' has no filter behind the channel; expected $ch/name/#");
        }
        String channel = text.substring(PREFIX.length(), slash);
        int at = channel.indexOf('@');
        return new ReplayFilter(
                at < 0 ? channel : channel.substring(0, at),
                text.substring(0, slash + 1),
                TopicFilter.of(text.substring(slash + 1)),
                at < 0 ? start(properties, now) : start(channel.substring(at + 1), now));
    }

    private static ReplayFilter stream(String text) {
        int slash = text.indexOf('/', STREAM.length());
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' has no filter; expected $s/earliest/a/#");
        }
        return new ReplayFilter(
                null,
                text.substring(0, slash + 1),
                TopicFilter.of(text.substring(slash + 1)),
                offset(text.substring(STREAM.length(), slash)));
    }

    private static ReadStart start(List<UserProperty> properties, Instant now) {
        String from = last(properties, FROM);
        if (from != null) {
            return start(from, now);
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
            default -> new ReadStart.Time(number(text, 0) / MICROS_PER_MS);
        };
    }

    private static ReadStart start(String text, Instant now) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon + 1);
        String value = text.substring(colon + 1);
        return switch (word) {
            case "earliest" -> new ReadStart.Earliest();
            case "latest" -> new ReadStart.Last(1);
            case "next" -> new ReadStart.Next();
            case "seq:" -> new ReadStart.Seq(number(value, 0));
            case "last:" -> new ReadStart.Last(number(value, 1));
            case "time:" -> new ReadStart.Time(timeMs(value));
            case "ago:" -> new ReadStart.Time(agoMs(now, value));
            default ->
                throw new IllegalArgumentException("'" + text
                        + "' is no start; expected earliest, latest, next, seq:N, last:N, time:<ISO 8601> or ago:15m");
        };
    }

    private static long number(String text, long min) {
        long number = Units.number(text);
        if (number < min) {
            throw new IllegalArgumentException("'" + text + "' is below " + min + ", which is the least");
        }
        return number;
    }

    private static long agoMs(Instant now, String text) {
        try {
            return Math.subtractExact(now.toEpochMilli(), Units.duration(text).toMillis());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("The time of 'ago:" + text + "' is too far away", e);
        }
    }

    private static long timeMs(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no time; expected one as 2026-11-20T08:00:00Z", e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("The time '" + text + "' is too far away", e);
        }
    }
}

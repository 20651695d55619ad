package io.wkmq.broker.api;

import io.wkmq.broker.config.Units;
import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A channel as declared by API clients, and as described to them.
 *
 * @param name the channel's name
 * @param filter the topics whose messages it captures
 * @param settings its retention and other limits
 */
record ChannelSpec(String name, TopicFilter filter, ChannelSettings settings) {
    private static final Set<String> FIELDS =
            Set.of("name", "filter", "max_age", "max_bytes", "max_count", "ids", "ids_age", "cursors_age");
    private static final long MS_PER_SECOND = 1000;

    /** Refuses what no channel can have. */
    ChannelSpec {
        var unused = new ChannelDefinition(1, 1, name, filter, settings, 0);
    }

    /**
     * Parses a declaration.
     *
     * @throws IllegalArgumentException if no channel can be like that
     */
    static ChannelSpec read(byte[] body) throws ApiException {
        return read(JsonObject.read(body, FIELDS));
    }

    /**
     * Parses a list of declarations.
     *
     * @throws ApiException if one of them is invalid
     */
    static List<ChannelSpec> readList(byte[] body) throws ApiException {
        return JsonObject.readList(body, FIELDS, ChannelSpec::read);
    }

    private static ChannelSpec read(JsonObject object) throws ApiException {
        ChannelSettings usual = ChannelSettings.DEFAULT;
        Retention kept = new Retention(
                bound(object, "max_age", ChannelSpec::ms),
                bound(object, "max_bytes", Units::bytes),
                bound(object, "max_count", Units::number));
        long ids = value(object, "ids", usual.keysMax(), Units::number);
        return new ChannelSpec(
                object.required("name"),
                TopicFilter.of(object.required("filter")),
                new ChannelSettings(
                        kept,
                        (int) Math.max(-1, Math.min(ids, Integer.MAX_VALUE)),
                        value(object, "ids_age", usual.keysAgeMs(), ChannelSpec::ms),
                        "unlimited".equals(object.field("cursors_age"))
                                ? Long.MAX_VALUE
                                : value(object, "cursors_age", usual.cursorsAgeMs(), ChannelSpec::ms)));
    }

    private static long bound(JsonObject object, String field, ToLongFunction<String> reading) {
        return "unlimited".equals(object.field(field)) ? Long.MAX_VALUE : value(object, field, Long.MAX_VALUE, reading);
    }

    private static long value(JsonObject object, String field, long otherwise, ToLongFunction<String> reading) {
        String text = object.field(field);
        if (text == null) {
            return otherwise;
        }
        try {
            return reading.applyAsLong(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(field + " is '" + text + "'; " + e.getMessage(), e);
        }
    }

    /** Parses a duration; a number without a unit counts seconds. */
    private static long ms(String text) {
        boolean seconds = text.chars().allMatch(c -> c >= '0' && c <= '9');
        return Units.duration(seconds ? text + 's' : text).toMillis();
    }

    /** Writes the declaration into an object that has been begun. */
    static JsonWriter write(ChannelDefinition channel, JsonWriter object) {
        Retention kept = channel.settings().retention();
        return object.field("name", channel.name())
                .field("filter", channel.filter())
                .field("max_age", inSeconds(kept.ageMs()))
                .field("max_bytes", bounded(kept.bytes()))
                .field("max_count", bounded(kept.count()))
                .field("ids", channel.settings().keysMax())
                .field("ids_age", channel.settings().keysAgeMs() / MS_PER_SECOND)
                .field("cursors_age", inSeconds(channel.settings().cursorsAgeMs()))
                .field("created_at", channel.createdAtMs() / MS_PER_SECOND);
    }

    private static @Nullable Long inSeconds(long ms) {
        return ms == Long.MAX_VALUE ? null : (Long) (ms / MS_PER_SECOND);
    }

    private static @Nullable Long bounded(long bound) {
        return bound == Long.MAX_VALUE ? null : (Long) bound;
    }
}

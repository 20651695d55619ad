package io.wkmq.channel.registry;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.routing.TopicFilter;
import java.util.regex.Pattern;

/**
 * A channel as it was declared. Filters of two channels never match the same topic.
 *
 * @param number which no other channel has, or had, or will have
 * @param revision rises with every change
 * @param name by which clients and administrators call it: 1 to 64 letters, digits, {@code _} and {@code -}
 * @param filter the topics whose messages it takes; at most 128 levels, for who looks for topics goes down level by level
 * @param settings its bounds
 * @param createdAtMs when it was declared, ms since the epoch
 */
public record ChannelDefinition(
        int number, long revision, String name, TopicFilter filter, ChannelSettings settings, long createdAtMs) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final int CURSORS_MAX = 10_000;
    private static final int LEVELS_MAX = 128;

    /** Refuses other names, and filters of reserved topics. */
    public ChannelDefinition {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A channel is called '" + name + "'; expected 1 to 64 letters, digits, '_' and '-'");
        }
        if (filter.text().startsWith("$")) {
            throw new IllegalArgumentException(
                    "The filter of a channel is '" + filter + "'; expected one that does not start with '$'");
        }
        if (filter.levels() > LEVELS_MAX) {
            throw new IllegalArgumentException(
                    "The filter of a channel has " + filter.levels() + " levels; expected at most " + LEVELS_MAX);
        }
    }

    /** What it means for the group that keeps its records. */
    public ChannelRules rules() {
        return new ChannelRules(
                revision,
                settings.keysMax(),
                settings.keysAgeMs(),
                CURSORS_MAX,
                settings.cursorsAgeMs(),
                settings.retention());
    }
}

package io.wkmq.channel.registry;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.routing.TopicFilter;
import java.util.regex.Pattern;

/**
 * The declaration of a channel. The filters of two channels never match the same topic.
 *
 * @param number the channel's unique number, never reused
 * @param revision incremented with every change
 * @param name the name used by clients and administrators: 1 to 64 letters, digits, {@code _} and {@code -}
 * @param filter the topics whose messages the channel captures; at most 128 levels, because lookups recurse per level
 * @param settings its limits
 * @param createdAtMs when it was declared, in ms since the epoch
 */
public record ChannelDefinition(
        int number, long revision, String name, TopicFilter filter, ChannelSettings settings, long createdAtMs) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final int CURSORS_MAX = 10_000;
    private static final int LEVELS_MAX = 128;

    /** Rejects invalid names, and filters for reserved topics. */
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

    /** Returns the rules for the group that stores the channel's records. */
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

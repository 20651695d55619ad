package io.wkmq.routing;

import java.util.List;

/**
 * Who on another node a copy of a message is for. Immutable.
 *
 * @param plain whether subscribers that are not in share groups get it
 * @param groups the share groups of which one member there gets it, and what this node knows of those members
 */
public record Audience(boolean plain, List<RemoteMembers> groups) {
    /** Those who are not in share groups, and nobody else. */
    public static final Audience PLAIN = new Audience(true, List.of());

    /** Takes an immutable copy of the list. */
    public Audience {
        groups = List.copyOf(groups);
    }
}

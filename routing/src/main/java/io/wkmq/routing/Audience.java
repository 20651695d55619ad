package io.wkmq.routing;

import java.util.List;

/**
 * The recipients of a message's copy on another node. Immutable.
 *
 * @param plain whether subscribers outside of share groups get it
 * @param groups the share groups of which one member there gets it, with what this node knows about those members
 */
public record Audience(boolean plain, List<RemoteMembers> groups) {
    /** The subscribers outside of share groups only. */
    public static final Audience PLAIN = new Audience(true, List.of());

    /** Makes an immutable copy of the list. */
    public Audience {
        groups = List.copyOf(groups);
    }
}

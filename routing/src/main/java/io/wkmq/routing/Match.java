package io.wkmq.routing;

import java.util.List;

/**
 * The targets that a topic is routed to, as of one version of the {@link RouteTable}. Immutable.
 *
 * @param version the table's version from which it was computed
 * @param locals the routes with subscribers on this node, in no particular order
 * @param shards the shards of this node with subscribers in {@code locals}, ascending; shared, must not be modified
 * @param nodes the other nodes, each of which gets one copy
 * @param groups the share groups, each of which picks one member
 * @param <L> the type of what a shard keeps for a filter
 */
public record Match<L extends LocalSubscribers>(
        long version, List<Route<L>> locals, int[] shards, List<NodeId> nodes, List<ShareGroup> groups) {
    /** Makes immutable copies of the lists. */
    public Match {
        locals = List.copyOf(locals);
        nodes = List.copyOf(nodes);
        groups = List.copyOf(groups);
    }

    /** Returns whether there are no targets. */
    public boolean empty() {
        return locals.isEmpty() && nodes.isEmpty() && groups.isEmpty();
    }
}

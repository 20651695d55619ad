package io.wkmq.routing;

import java.util.List;

/**
 * Everything that a topic is routed to, as of one version of the {@link RouteTable}. Immutable.
 *
 * @param version the table's version it was computed from
 * @param locals the routes with subscribers on this node, in no particular order
 * @param shards the shards of this node that at least one of {@code locals} has subscribers on, ascending; shared, read only
 * @param nodes the other nodes that get one copy each; each once
 * @param groups the share groups that pick one member each
 * @param <L> what a shard keeps for one filter
 */
public record Match<L extends LocalSubscribers>(
        long version, List<Route<L>> locals, int[] shards, List<NodeId> nodes, List<ShareGroup> groups) {
    /** Takes immutable copies of the lists. */
    public Match {
        locals = List.copyOf(locals);
        nodes = List.copyOf(nodes);
        groups = List.copyOf(groups);
    }

    /** Whether nobody wants the topic. */
    public boolean empty() {
        return locals.isEmpty() && nodes.isEmpty() && groups.isEmpty();
    }
}

package io.wkmq.routing;

import java.util.List;
import java.util.Set;

/**
 * Everything that a topic is routed to, as of one version of the {@link RouteTable}. Immutable.
 *
 * @param version the table's version it was computed from
 * @param locals the routes with subscribers on this node, in no particular order
 * @param nodes the other nodes that get one copy each
 * @param groups the share groups that pick one member each
 * @param <L> what a shard keeps for one filter
 */
public record Match<L extends LocalSubscribers>(
        long version, List<Route<L>> locals, Set<NodeId> nodes, List<ShareGroup> groups) {
    /** Takes immutable copies. */
    public Match {
        locals = List.copyOf(locals);
        nodes = Set.copyOf(nodes);
        groups = List.copyOf(groups);
    }

    /** Whether nobody wants the topic. */
    public boolean empty() {
        return locals.isEmpty() && nodes.isEmpty() && groups.isEmpty();
    }
}

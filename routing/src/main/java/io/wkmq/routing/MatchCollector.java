package io.wkmq.routing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** Combines the routes that match one topic into a {@link Match}. Belongs to one thread. */
final class MatchCollector<L extends LocalSubscribers> implements Consumer<Route<L>> {
    private static final int[] NO_SHARDS = {};

    private final List<Route<L>> locals = new ArrayList<>(4);
    private final List<NodeId> nodes = new ArrayList<>(0);
    private final List<ShareGroup> groups = new ArrayList<>(0);
    private final BitSet shards = new BitSet();
    private RemoteNode[] nodesSeen = Route.NO_NODES;

    @Override
    public void accept(Route<L> route) {
        if (route.addShards(shards)) {
            locals.add(route);
        }
        RemoteNode[] others = route.nodeArray();
        if (others != nodesSeen) { // many routes share one array
            nodesSeen = others;
            for (RemoteNode node : others) {
                if (!node.suspended() && !nodes.contains(node.id())) {
                    nodes.add(node.id());
                }
            }
        }
        for (ShareGroup group : route.groupArray()) {
            if (!group.empty()) {
                groups.add(group);
            }
        }
    }

    Match<L> match(long version) {
        int[] wanted = locals.isEmpty() ? NO_SHARDS : shards.stream().toArray();
        return new Match<>(version, locals, wanted, nodes, groups);
    }
}

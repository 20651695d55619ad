package io.wkmq.broker.ctl;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Route;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.util.Set;
import java.util.TreeSet;

/** Maps routes to the names of the nodes they lead to. Thread-safe. */
final class NodeNames {
    private final Cluster cluster;

    NodeNames(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Returns the nodes with subscribers or members of share groups, sorted by name, so that the result is the same on all
     * nodes.
     */
    Set<String> of(Route<? extends LocalSubscribers> route) {
        Set<String> names = new TreeSet<>();
        if (route.hasLocals() || route.groups().stream().anyMatch(NodeNames::hasLocalMember)) {
            names.add(cluster.self().name().toString());
        }
        route.nodes().forEach(id -> names.add(name(id)));
        route.groups().forEach(group -> group.remotes().forEach(members -> names.add(name(members.node()))));
        return names;
    }

    private static boolean hasLocalMember(ShareGroup group) {
        return group.members().stream().anyMatch(ShareMember::local);
    }

    private String name(NodeId id) {
        for (Node node : cluster.running()) {
            if (node.id().equals(id)) {
                return node.name().toString();
            }
        }
        return id.toString();
    }
}

package io.wkmq.broker.ctl;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Route;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.ShareMember;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Says by name which nodes a route leads to. Thread-safe. */
final class NodeNames {
    private final Cluster cluster;

    NodeNames(Cluster cluster) {
        this.cluster = cluster;
    }

    /** This node first, if it is among them; then those with subscribers or members of share groups, by name. */
    List<String> of(Route<? extends LocalSubscribers> route) {
        List<String> names = new ArrayList<>();
        if (route.hasLocals() || route.groups().stream().anyMatch(NodeNames::hasLocalMember)) {
            names.add(cluster.self().name().toString());
        }
        Set<NodeId> others = new LinkedHashSet<>(route.nodes());
        route.groups().forEach(group -> group.remotes().forEach(members -> others.add(members.node())));
        Set<String> othersNames = new TreeSet<>();
        others.forEach(id -> othersNames.add(name(id)));
        names.addAll(othersNames);
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

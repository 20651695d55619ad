package io.wkmq.channel.engine;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tracks which other nodes provide log entries, by how they answered when last asked, for whatever group: nodes that keep the logs do,
 * others refuse. Bounded by the number of nodes; those that have gone are dropped by {@link #keep}. Thread-safe.
 */
final class Givers {
    private final Set<NodeId> refusing = ConcurrentHashMap.newKeySet();

    /** Notes how a node has answered. */
    void said(NodeId node, boolean gave) {
        if (gave) {
            refusing.remove(node);
        } else {
            refusing.add(node);
        }
    }

    /**
     * Returns those of the given nodes that may provide entries, in the same order: all but those that last refused, or all if every one
     * did.
     */
    List<NodeId> of(List<NodeId> here) {
        List<NodeId> may =
                here.stream().filter(node -> !refusing.contains(node)).toList();
        return may.isEmpty() ? here : may;
    }

    /** Returns the given nodes with those that may provide entries first. */
    List<NodeId> first(List<NodeId> here) {
        List<NodeId> all = new ArrayList<>(here);
        all.removeIf(refusing::contains);
        here.stream().filter(node -> !all.contains(node)).forEach(all::add);
        return all;
    }

    /** Forgets all nodes except the given ones. */
    void keep(List<NodeId> here) {
        refusing.retainAll(Set.copyOf(here));
    }
}

package io.wkmq.channel.engine;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which of the other nodes give entries of logs on, by what they did when they were asked last, of whatever group: those that keep the logs do,
 * others refuse. Has no more nodes than there are, and those that went since it was told to {@link #keep} some. Thread-safe.
 */
final class Givers {
    private final Set<NodeId> refusing = ConcurrentHashMap.newKeySet();

    /** A node was asked. */
    void said(NodeId node, boolean gave) {
        if (gave) {
            refusing.remove(node);
        } else {
            refusing.add(node);
        }
    }

    /** Those of some nodes that may give, in the same order: all but those that did not. If none did, all. */
    List<NodeId> of(List<NodeId> here) {
        List<NodeId> may =
                here.stream().filter(node -> !refusing.contains(node)).toList();
        return may.isEmpty() ? here : may;
    }

    /** Some nodes, those that may give in front. */
    List<NodeId> first(List<NodeId> here) {
        List<NodeId> all = new ArrayList<>(here);
        all.removeIf(refusing::contains);
        here.stream().filter(node -> !all.contains(node)).forEach(all::add);
        return all;
    }

    /** Forgets all nodes but those. */
    void keep(List<NodeId> here) {
        refusing.retainAll(Set.copyOf(here));
    }
}

package io.wkmq.channel.registry;

import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a registry. Of two administrative statements about a node the later one wins, and removal wins a tie: the same rule as for
 * what nodes tell each other, so that both converge whatever the order of arrival. All other changes apply in log order. Beyond
 * {@value RegisteredNode#NODES_MAX} nodes, cleaned ones and those that never reported themselves are evicted first, then removed ones, the
 * oldest first. Pure; owned by its machine.
 */
final class RegisteredNodes {
    private final Map<NodeId, RegisteredNode> nodes = new LinkedHashMap<>();

    Collection<RegisteredNode> all() {
        return nodes.values();
    }

    /** Applies a change; returns null, and changes nothing, if it is about an unknown node. */
    @Nullable
    RegisteredNode apply(RegistryOp.OfNode op) {
        if (op instanceof RegistryOp.NodeIs is) {
            return is(is);
        }
        if (op instanceof RegistryOp.NodeRemoved removed) {
            return said(removed.node(), removed.name(), Standing.REMOVED, removed.timeMs());
        }
        if (op instanceof RegistryOp.NodeReturns returns) {
            return said(returns.node(), null, Standing.JOINED, returns.timeMs());
        }
        return cleaned((RegistryOp.NodeCleaned) op);
    }

    /** A removed node is not readmitted by reporting itself. */
    private RegisteredNode is(RegistryOp.NodeIs is) {
        RegisteredNode known = nodes.get(is.node());
        if (known != null && known.standing() == Standing.REMOVED) {
            return known;
        }
        return put(new RegisteredNode(
                is.node(),
                is.name(),
                is.addresses(),
                is.replica(),
                Standing.JOINED,
                known != null && known.standing() == Standing.JOINED ? known.sinceMs() : is.timeMs(),
                known == null ? 0 : known.saidMs()));
    }

    private RegisteredNode said(NodeId id, @Nullable NodeName name, Standing standing, long timeMs) {
        RegisteredNode known = nodes.get(id);
        if (known == null) {
            return put(new RegisteredNode(id, name, List.of(), null, standing, timeMs, timeMs));
        }
        boolean removes = standing == Standing.REMOVED && known.standing() != Standing.REMOVED;
        if (timeMs < known.saidMs() || (timeMs == known.saidMs() && !removes)) {
            return known;
        }
        return put(new RegisteredNode(
                id,
                known.name() == null ? name : known.name(),
                known.addresses(),
                known.replica(),
                standing,
                standing == known.standing() ? known.sinceMs() : timeMs,
                timeMs));
    }

    private @Nullable RegisteredNode cleaned(RegistryOp.NodeCleaned cleaned) {
        RegisteredNode known = nodes.get(cleaned.node());
        return known == null || known.standing() != Standing.JOINED
                ? known
                : put(new RegisteredNode(
                        known.id(),
                        known.name(),
                        known.addresses(),
                        known.replica(),
                        Standing.CLEANED,
                        cleaned.timeMs(),
                        known.saidMs()));
    }

    private RegisteredNode put(RegisteredNode node) {
        nodes.put(node.id(), node);
        if (nodes.size() > RegisteredNode.NODES_MAX) {
            nodes.values().stream()
                    .filter(other -> !other.id().equals(node.id()))
                    .min(Comparator.comparingInt(RegisteredNodes::worth)
                            .thenComparingLong(RegisteredNode::sinceMs)
                            .thenComparing(other -> other.id().value()))
                    .ifPresent(oldest -> nodes.remove(oldest.id()));
        }
        return node;
    }

    private static int worth(RegisteredNode node) {
        return switch (node.standing()) {
            case CLEANED -> 0;
            case REMOVED -> 1;
            case JOINED -> node.name() == null ? 0 : 2; // only known because it may come
        };
    }

    void restore(Collection<RegisteredNode> all) {
        all.forEach(node -> nodes.put(node.id(), node));
    }
}

package io.wkmq.cluster.retained;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who waits until this node has what others have. Pure: time comes by argument. Belongs to one thread. */
final class CatchUp {
    private final List<Wait> waits = new ArrayList<>();

    private record Wait(Set<NodeId> nodes, long untilMs, CompletableFuture<Boolean> future) {}

    /** Adds one that waits for those nodes, until then. */
    void add(Set<NodeId> nodes, long untilMs, CompletableFuture<Boolean> future) {
        waits.add(new Wait(new HashSet<>(nodes), untilMs, future));
        settle();
    }

    /** Nobody has to wait for that node any more: this node has what it had, or it is gone. */
    void done(NodeId node) {
        waits.forEach(wait -> wait.nodes.remove(node));
        settle();
    }

    private void settle() {
        List<Wait> over = waits.stream().filter(wait -> wait.nodes.isEmpty()).toList();
        waits.removeAll(over);
        over.forEach(wait -> wait.future.complete(true));
    }

    /** Ends those whose time is over. */
    void tick(long nowMs) {
        List<Wait> over = waits.stream().filter(wait -> nowMs >= wait.untilMs).toList();
        waits.removeAll(over);
        over.forEach(wait -> wait.future.complete(false));
    }
}

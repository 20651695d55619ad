package io.wkmq.cluster.retained;

import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Callers that wait until this node has caught up with others. Deterministic: time is passed in. Belongs to one thread. */
final class CatchUp {
    private final List<Wait> waits = new ArrayList<>();

    private record Wait(Set<NodeId> nodes, long untilMs, CompletableFuture<Boolean> future) {}

    /** Adds a wait for those nodes with a deadline. */
    void add(Set<NodeId> nodes, long untilMs, CompletableFuture<Boolean> future) {
        waits.add(new Wait(new HashSet<>(nodes), untilMs, future));
        settle();
    }

    /** Ends the wait for a node: this node has caught up with it, or it is gone. */
    void done(NodeId node) {
        waits.forEach(wait -> wait.nodes.remove(node));
        settle();
    }

    private void settle() {
        List<Wait> over = waits.stream().filter(wait -> wait.nodes.isEmpty()).toList();
        waits.removeAll(over);
        over.forEach(wait -> wait.future.complete(true));
    }

    /** Completes the overdue waits with false. */
    void tick(long nowMs) {
        List<Wait> over = waits.stream().filter(wait -> nowMs >= wait.untilMs).toList();
        waits.removeAll(over);
        over.forEach(wait -> wait.future.complete(false));
    }
}

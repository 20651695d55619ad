package io.wkmq.cluster.sessions;

import io.wkmq.routing.NodeId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits until everything this node has routed so far has reached another one. Belongs to the claims' thread. There is at most one
 * wait in progress per node; requests that come meanwhile share the next one, so many moves cost little more than one. All waits
 * are bounded in time.
 */
final class Fences {
    private static final long WAIT_MS = 2_000;

    private final Pass pass;
    private final LongSupplier clockMs;
    private final Map<NodeId, Fence> fences = new HashMap<>();

    /** See {@link LocalSessions#pass}; calls back on the claims' thread. */
    @FunctionalInterface
    interface Pass {
        void pass(NodeId towards, Consumer<Boolean> passed);
    }

    private record Waiting(long sinceMs, CompletableFuture<Void> passed) {}

    private static final class Fence {
        private final ArrayDeque<Waiting> current = new ArrayDeque<>();
        private final ArrayDeque<Waiting> next = new ArrayDeque<>();
    }

    Fences(Pass pass, LongSupplier clockMs) {
        this.pass = pass;
        this.clockMs = clockMs;
    }

    /** Completes once all that was routed before this call has arrived there; fails if that is not known in time. */
    CompletionStage<Void> passed(NodeId towards) {
        Waiting waiting = new Waiting(clockMs.getAsLong(), new CompletableFuture<>());
        Fence fence = fences.get(towards);
        if (fence == null) {
            fence = new Fence();
            fences.put(towards, fence);
            fence.next.add(waiting);
            start(towards, fence);
        } else {
            fence.next.add(waiting);
        }
        return waiting.passed;
    }

    private void start(NodeId towards, Fence fence) {
        fence.current.addAll(fence.next);
        fence.next.clear();
        pass.pass(towards, there -> {
            while (!fence.current.isEmpty()) {
                CompletableFuture<Void> passed = fence.current.remove().passed;
                if (there) {
                    passed.complete(null);
                } else {
                    passed.completeExceptionally(new IllegalStateException("The link to node " + towards + " is full"));
                }
            }
            if (fence.next.isEmpty()) {
                fences.remove(towards);
            } else {
                start(towards, fence);
            }
        });
    }

    /** Fails the waits that are overdue. Called every few milliseconds. */
    void tick() {
        long sinceMs = clockMs.getAsLong() - WAIT_MS;
        fences.forEach((towards, fence) -> {
            overdue(towards, fence.current, sinceMs);
            overdue(towards, fence.next, sinceMs);
        });
    }

    private static void overdue(NodeId towards, ArrayDeque<Waiting> waiting, long sinceMs) {
        while (!waiting.isEmpty() && waiting.element().sinceMs <= sinceMs) {
            waiting.remove()
                    .passed
                    .completeExceptionally(new IllegalStateException("Node " + towards + " takes nothing in time"));
        }
    }
}

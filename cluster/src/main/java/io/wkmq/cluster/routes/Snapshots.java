package io.wkmq.cluster.routes;

import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The snapshots of this node's routes that others are reading. Readers that start at about the same time share one. At most two
 * exist, each while it is being read. Belongs to one thread.
 */
final class Snapshots {
    private static final int MAX = 2;
    private static final long SHARED_MS = 5_000;
    private static final long UNUSED_MS = 10_000;

    private final OwnRoutes own;
    private final NodeId self;
    private final RouteTable<?> table;
    private final List<Held> held = new ArrayList<>(MAX);
    private long lastId;

    Snapshots(OwnRoutes own, NodeId self, RouteTable<?> table) {
        this.own = own;
        this.self = self;
        this.table = table;
    }

    private static final class Held {
        private final Snapshot snapshot;
        private final long takenAtMs;
        private long usedAtMs;

        Held(Snapshot snapshot, long nowMs) {
            this.snapshot = snapshot;
            this.takenAtMs = nowMs;
        }

        Chunk chunk(int index, long nowMs) {
            usedAtMs = nowMs;
            return snapshot.chunk(index);
        }
    }

    /** Answers a pull; with the first chunk of another snapshot if the requested one is no longer held. */
    Chunk chunk(Pull pull, long nowMs) {
        long kept = own.digest().retainedFrom() - 1;
        Held youngest = null;
        for (Held each : held) {
            if (each.snapshot.base() >= kept) {
                if (each.snapshot.id() == pull.snapshot()) {
                    return each.chunk(pull.index(), nowMs);
                }
                youngest = each; // they are held in the order they were taken
            }
        }
        Held begun = youngest != null && nowMs - youngest.takenAtMs < SHARED_MS ? youngest : take(nowMs);
        return begun.chunk(0, nowMs);
    }

    private Held take(long nowMs) {
        if (held.size() == MAX) {
            held.remove(Collections.min(held, Comparator.comparingLong(each -> each.usedAtMs)));
        }
        own.keepChanges(true);
        Held taken = new Held(Snapshot.take(++lastId, own, self, table), nowMs);
        held.add(taken);
        return taken;
    }

    /** Discards snapshots that are no longer read. */
    void expire(long nowMs) {
        held.removeIf(each -> nowMs - each.usedAtMs >= UNUSED_MS);
    }

    boolean none() {
        return held.isEmpty();
    }

    /** Returns the change after which readers need all others; the largest number if there are no readers. */
    long base() {
        return held.stream().mapToLong(each -> each.snapshot.base()).min().orElse(Long.MAX_VALUE);
    }
}

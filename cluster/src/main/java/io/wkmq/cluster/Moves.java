package io.wkmq.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.ClusterStatus.Move;
import io.wkmq.cluster.hazelcast.Merge;
import io.wkmq.cluster.hazelcast.MergeListener;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Remembers the last {@value #KEPT_MAX} moves of this node between clusters. Thread-safe. */
final class Moves implements MergeListener {
    static final int KEPT_MAX = 16;

    private final InstantSource clock;

    @GuardedBy("this")
    private final Deque<Move> kept = new ArrayDeque<>();

    Moves(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void merged(Merge merge) {
        kept.addLast(new Move(clock.instant(), merge));
        if (kept.size() > KEPT_MAX) {
            kept.removeFirst();
        }
    }

    /** Returns the moves, oldest first. */
    synchronized List<Move> list() {
        return List.copyOf(kept);
    }
}

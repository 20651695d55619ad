package io.wkmq.cluster.sessions;

import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the sessions that move to this node. Updated by the claims' thread; {@link #figures} may be called by any. */
final class MoveCounts {
    private final IdentityHashMap<Object, Long> began = new IdentityHashMap<>();
    private final AtomicInteger moving = new AtomicInteger();
    private final LongAdder moved = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder movedMs = new LongAdder();

    void began(Object move, long nowMs) {
        began.put(move, nowMs);
        moving.incrementAndGet();
    }

    /** Records that all of a session is here. */
    void moved(Object move, long nowMs) {
        Long since = began.remove(move);
        if (since != null) {
            moved.increment();
            movedMs.add(nowMs - since);
        }
    }

    void failed(Object move) {
        if (began.remove(move) != null) {
            failed.increment();
        }
    }

    /** Records the end of a move, whatever its outcome. */
    void ended(Object move) {
        moving.decrementAndGet();
        if (began.remove(move) != null) {
            refused.increment();
        }
    }

    SessionFigures figures(int wills, int claiming) {
        return new SessionFigures(
                wills, claiming, moving.get(), moved.sum(), failed.sum(), refused.sum(), movedMs.sum());
    }
}

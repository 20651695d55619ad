package io.wkmq.cluster.sessions;

import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the sessions that come to this node. Told by the claims' thread; {@link #figures} is for any. */
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

    /** All of it is here. */
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

    /** It is over, whatever became of it. */
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

package io.wkmq.session.mvstore;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records by thread why a store refused an addition, which makes that thread's next flush of the same store fail. Each store
 * has its own, so that none answers for another's losses. Thread-safe; bounded by the number of threads.
 */
final class RefusedAdditions {
    private final Map<Thread, String> reasons = new ConcurrentHashMap<>();

    void add(String reason) {
        reasons.put(Thread.currentThread(), reason);
    }

    /** Returns why the calling thread's flush is to fail, or null. Clears the reason, so that later flushes are unaffected. */
    @Nullable
    String take() {
        return reasons.isEmpty() ? null : reasons.remove(Thread.currentThread());
    }
}

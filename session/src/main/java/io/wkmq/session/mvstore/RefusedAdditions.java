package io.wkmq.session.mvstore;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Why something was not taken by a store, by the thread that wanted to add it: the next flush of that thread at the same
 * store fails. Each store has its own, so that none answers for what another one has lost. Thread-safe; as large as there
 * are threads.
 */
final class RefusedAdditions {
    private final Map<Thread, String> reasons = new ConcurrentHashMap<>();

    void add(String reason) {
        reasons.put(Thread.currentThread(), reason);
    }

    /** Why the flush of the calling thread is to fail, or null; the next one does not fail for it again. */
    @Nullable
    String take() {
        return reasons.isEmpty() ? null : reasons.remove(Thread.currentThread());
    }
}

package io.wkmq.cluster.channels;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last log text per subject, so that a lasting condition is logged once. Holds as many subjects as it is told of.
 * Thread-safe.
 */
final class LastSaid<K> {
    private final Map<K, String> last = new ConcurrentHashMap<>();

    /** Returns whether the text differs from the subject's last one, and remembers it. */
    boolean isNew(K about, String text) {
        return !text.equals(last.put(about, text));
    }

    /** Returns the subject's last text; null if there is none, or it is over. */
    @Nullable
    String of(K about) {
        return last.get(about);
    }

    /** Forgets the subject: if the condition comes back it is new. */
    void over(K about) {
        last.remove(about);
    }

    /** Forgets all subjects but these. */
    void keep(Collection<K> things) {
        last.keySet().retainAll(things);
    }
}

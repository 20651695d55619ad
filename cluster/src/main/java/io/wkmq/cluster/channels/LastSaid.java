package io.wkmq.cluster.channels;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was logged of things last, so that what stays as it is is said once. Has as many as it is told of. Thread-safe. */
final class LastSaid<K> {
    private final Map<K, String> last = new ConcurrentHashMap<>();

    /** Whether something else than before is to be said of a thing. */
    boolean isNew(K about, String text) {
        return !text.equals(last.put(about, text));
    }

    /** What was said of a thing last; null if nothing, or it was over since. */
    @Nullable
    String of(K about) {
        return last.get(about);
    }

    /** There is nothing more to be said of a thing: if it comes again it is new. */
    void over(K about) {
        last.remove(about);
    }

    /** Only of these is anything to be said. */
    void keep(Collection<K> things) {
        last.keySet().retainAll(things);
    }
}

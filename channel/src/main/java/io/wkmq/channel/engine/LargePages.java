package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded log entries that are too large for one answer and are fetched in several parts: cached so that they are encoded only once. Holds
 * a bounded number of bytes, or a single larger page; evicts the oldest beyond that. Thread-safe; does not block.
 */
final class LargePages {
    private static final long BYTES_MAX = 64 << 20;

    private final long bytesMax;

    private record Key(int group, long after) {}

    private record Kept(long number, byte[] page) {}

    @GuardedBy("this")
    private final Map<Key, Kept> all = new LinkedHashMap<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private long last;

    /** Creates a cache of this many bytes. */
    LargePages(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Returns a cache sized to the maximum heap of this process. */
    static LargePages ofThisProcess() {
        return new LargePages(Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / RecentEntries.Budget.HEAP_SHARE));
    }

    /**
     * Caches the entries after an index of a group's log.
     *
     * @return a token for {@link #forget}
     */
    synchronized long keep(int group, long after, byte[] page) {
        Key key = new Key(group, after);
        remove(key);
        last++;
        all.put(key, new Kept(last, page));
        bytes += page.length;
        Iterator<Kept> oldest = all.values().iterator();
        while (bytes > bytesMax && all.size() > 1) {
            bytes -= oldest.next().page.length;
            oldest.remove();
        }
        return last;
    }

    /** Returns the cached entries after an index of a group's log, not to be modified; null if they are not cached. */
    synchronized byte @Nullable [] find(int group, long after) {
        Kept found = all.get(new Key(group, after));
        return found == null ? null : found.page;
    }

    /** Evicts a page, unless it was cached anew since. */
    synchronized void forget(int group, long after, long number) {
        Key key = new Key(group, after);
        Kept found = all.get(key);
        if (found != null && found.number == number) {
            remove(key);
        }
    }

    private synchronized void remove(Key key) {
        Kept before = all.remove(key);
        bytes -= before == null ? 0 : before.page.length;
    }
}

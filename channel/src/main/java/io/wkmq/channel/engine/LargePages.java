package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries of logs that are asked for in many parts, in the form in which they go: made once, not for each part. So many bytes, or one however
 * large it is; beyond that the oldest are given up. Thread-safe; does not block.
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

    /** So many bytes of them. */
    LargePages(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** As many as a node should keep, with the memory that this process may have. */
    static LargePages ofThisProcess() {
        return new LargePages(Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / RecentEntries.Budget.HEAP_SHARE));
    }

    /**
     * Keeps what is behind an entry of a group's log.
     *
     * @return by which it is forgotten
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

    /** What is behind an entry of a group's log, not to be changed; null if it is not kept. */
    synchronized byte @Nullable [] find(int group, long after) {
        Kept found = all.get(new Key(group, after));
        return found == null ? null : found.page;
    }

    /** Keeps it no more, unless it was kept anew. */
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

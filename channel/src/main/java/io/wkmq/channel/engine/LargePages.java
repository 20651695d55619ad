package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries of logs that are asked for in many parts, in the form in which they go: made once, not for each part. {@value #BYTES_MAX} bytes, or one
 * however large it is; beyond that the oldest are given up. Thread-safe; does not block.
 */
final class LargePages {
    static final long BYTES_MAX = 64 << 20;

    private record Key(int group, long after) {}

    @GuardedBy("this")
    private final Map<Key, byte[]> kept = new LinkedHashMap<>();

    @GuardedBy("this")
    private long bytes;

    /** Keeps what is behind an entry of a group's log. */
    synchronized void keep(int group, long after, byte[] page) {
        forget(new Key(group, after));
        kept.put(new Key(group, after), page);
        bytes += page.length;
        Iterator<byte[]> oldest = kept.values().iterator();
        while (bytes > BYTES_MAX && kept.size() > 1) {
            bytes -= oldest.next().length;
            oldest.remove();
        }
    }

    /** What is behind an entry of a group's log, not to be changed; null if it is not kept. */
    synchronized byte @Nullable [] find(int group, long after) {
        return kept.get(new Key(group, after));
    }

    /** Keeps it no more, unless it is another one now. */
    synchronized void forget(int group, long after, byte[] page) {
        Key key = new Key(group, after);
        if (kept.get(key) == page) {
            forget(key);
        }
    }

    private synchronized void forget(Key key) {
        byte[] before = kept.remove(key);
        bytes -= before == null ? 0 : before.length;
    }
}

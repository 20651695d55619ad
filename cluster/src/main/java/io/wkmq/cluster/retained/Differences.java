package io.wkmq.cluster.retained;

import java.util.HashMap;
import java.util.Map;

/**
 * In which buckets another node has something else although this node has asked for it: what this node's limits refuse, for
 * instance. Such a bucket is not asked for again until it changes on one of them or there is room again; and then the more
 * rarely the more often it was in vain. Pure: time comes by argument. Belongs to one thread; as large as there are buckets.
 */
final class Differences {
    private static final long FIRST_MS = 1_000;
    private static final long MAX_MS = 10_000;
    private static final long REFUSED_MAX_MS = 300_000;

    private final Map<Integer, Tried> tried = new HashMap<>();

    private record Tried(long mine, long theirs, long room, int failures, long againAtMs) {}

    /** The bucket is the same on both. */
    void same(int bucket) {
        if (!tried.isEmpty()) {
            tried.remove(bucket);
        }
    }

    /**
     * Whether to ask for a bucket that differs.
     *
     * @param room another number than before if there may be room for what was refused
     */
    boolean worthAsking(int bucket, long mine, long theirs, long room, long nowMs) {
        Tried last = tried.get(bucket);
        if (last == null) {
            return true;
        }
        boolean changed = last.mine != mine || last.theirs != theirs || last.room != room;
        return changed && nowMs >= last.againAtMs;
    }

    /** The bucket was asked for. */
    void asked(int bucket, long mine, long theirs, long room, long nowMs, boolean gained, boolean refused) {
        if (gained && !refused) {
            tried.remove(bucket);
            return;
        }
        Tried last = tried.get(bucket);
        int failures = last == null ? 0 : Math.min(last.failures + 1, 16);
        long pause = Math.min(refused ? REFUSED_MAX_MS : MAX_MS, FIRST_MS << failures);
        tried.put(bucket, new Tried(mine, theirs, room, failures, nowMs + pause));
    }
}

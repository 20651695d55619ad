package io.wkmq.cluster.retained;

import java.util.HashMap;
import java.util.Map;

/**
 * Buckets that still differ from another node's after this node has asked for them, for instance because of what this node's limits
 * refuse. Such a bucket is not requested again until it changes on either node or there is room again, and then with exponential
 * back-off. Deterministic: time is passed in. Belongs to one thread; bounded by the number of buckets.
 */
final class Differences {
    private static final long FIRST_MS = 1_000;
    private static final long MAX_MS = 10_000;
    private static final long REFUSED_MAX_MS = 300_000;

    private final Map<Integer, Tried> tried = new HashMap<>();

    private record Tried(long mine, long theirs, long room, int failures, long againAtMs) {}

    /** Records that the bucket is equal on both nodes. */
    void same(int bucket) {
        if (!tried.isEmpty()) {
            tried.remove(bucket);
        }
    }

    /**
     * Returns whether to request a bucket that differs.
     *
     * @param room changes whenever there may be room for what was refused
     */
    boolean worthAsking(int bucket, long mine, long theirs, long room, long nowMs) {
        Tried last = tried.get(bucket);
        if (last == null) {
            return true;
        }
        boolean changed = last.mine != mine || last.theirs != theirs || last.room != room;
        return changed && nowMs >= last.againAtMs;
    }

    /** Records the result of requesting a bucket. */
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

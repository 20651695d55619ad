package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The wills that one process of another node has left with this node, and since when that process is gone. While it is present they
 * are only stored; once it is gone, the next due wills are found without a scan. Belongs to the claims' thread.
 */
final class GuardedWills {
    private static final long HERE = -1;
    private static final int STALE_MAX = 1_000;

    private final long incarnation;
    private final Map<String, List<Guarded>> wills = new HashMap<>(); // one per client, two while it reconnects
    private int size;
    private long number;
    private long goneAtMs = HERE;

    /** Ordered by delay, and the older of a client first; may contain removed wills. Null until due wills are asked for. */
    private @Nullable PriorityQueue<Guarded> order;

    GuardedWills(long incarnation) {
        this.incarnation = incarnation;
    }

    long incarnation() {
        return incarnation;
    }

    int size() {
        return size;
    }

    /** Returns whether a message with that number is newer than all before it, and records the number. */
    boolean isNews(long messageNumber) {
        if (messageNumber <= number) {
            return false;
        }
        number = messageNumber;
        return true;
    }

    void here() {
        goneAtMs = HERE;
        order = null;
    }

    /** Records that the node is gone, unless that is known already. */
    void gone(long nowMs) {
        if (goneAtMs == HERE) {
            goneAtMs = nowMs;
        }
    }

    /** Returns for how long the node has been gone; -1 if it is present. */
    long goneForMs(long nowMs) {
        return goneAtMs == HERE ? -1 : nowMs - goneAtMs;
    }

    void add(Guarded guarded) {
        List<Guarded> all = new ArrayList<>(of(guarded.clientId()));
        all.add(guarded);
        set(guarded.clientId(), all);
        if (order != null) {
            order.add(guarded);
        }
    }

    List<Guarded> of(String clientId) {
        return wills.getOrDefault(clientId, List.of());
    }

    /** Removes matching wills; returns the greatest epoch among them, or -1 if there are none. */
    long removeIf(String clientId, Predicate<Guarded> isVoid) {
        List<Guarded> all = of(clientId);
        if (all.isEmpty()) {
            return -1;
        }
        List<Guarded> left = all.stream().filter(Predicate.not(isVoid)).toList();
        if (left.size() == all.size()) {
            return -1;
        }
        set(clientId, left);
        return all.stream().filter(isVoid).mapToLong(Guarded::epoch).max().orElse(-1);
    }

    /** Removes and returns the wills whose delay is over, shortest delay first. Their node must be gone. */
    List<Guarded> takeDue(long nowMs) {
        long goneForMs = goneForMs(nowMs);
        PriorityQueue<Guarded> queue = ordered();
        List<Guarded> due = new ArrayList<>();
        for (Guarded next = queue.peek();
                next != null && next.delaySeconds() * 1000 <= goneForMs;
                next = queue.peek()) {
            queue.remove();
            if (removeIf(next.clientId(), next::equals) >= 0) {
                due.add(next);
            }
        }
        return due;
    }

    /** Removes and returns all wills. */
    List<Guarded> takeAll() {
        List<Guarded> all = wills.values().stream().flatMap(List::stream).toList();
        clear();
        return all;
    }

    void clear() {
        wills.clear();
        size = 0;
        order = null;
    }

    private PriorityQueue<Guarded> ordered() {
        PriorityQueue<Guarded> queue = order;
        if (queue == null || queue.size() > 2 * size + STALE_MAX) { // removed wills would stay in memory until due
            queue = new PriorityQueue<>(
                    Comparator.comparingLong(Guarded::delaySeconds).thenComparingLong(Guarded::epoch));
            wills.values().forEach(queue::addAll);
            order = queue;
        }
        return queue;
    }

    private void set(String clientId, List<Guarded> now) {
        List<Guarded> before = now.isEmpty() ? wills.remove(clientId) : wills.put(clientId, List.copyOf(now));
        size += now.size() - (before == null ? 0 : before.size());
    }
}

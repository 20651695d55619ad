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
 * The wills that one process of another node has left in this one's care, and since when it is gone. While it is here nothing is done for them but to
 * keep them; once it is gone those that are due next are found without a look at the others. Belongs to the claims' thread.
 */
final class GuardedWills {
    private static final long HERE = -1;
    private static final int STALE_MAX = 1_000;

    private final long incarnation;
    private final Map<String, List<Guarded>> wills = new HashMap<>(); // of a client one, two while it connects anew
    private int size;
    private long number;
    private long goneAtMs = HERE;

    /** By delay, the older of a client first; may have some that are not here any more. Null as long as nobody has asked what is due. */
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

    /** Whether a message of that number is a newer one than all before, as it is from now on. */
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

    /** Their node is gone, if it was not before. */
    void gone(long nowMs) {
        if (goneAtMs == HERE) {
            goneAtMs = nowMs;
        }
    }

    /** For how long their node is gone; -1 if it is here. */
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

    /** The greatest epoch of those that are not here any more afterwards; -1 for none. */
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

    /** Those whose delay is over, the shortest first; they are not here any more afterwards. Their node is gone. */
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

    /** All; none is here any more afterwards. */
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
        if (queue == null
                || queue.size() > 2 * size + STALE_MAX) { // what is void would keep its memory until it were due
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

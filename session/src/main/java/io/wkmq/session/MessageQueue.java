package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages waiting for a client that is offline, reads too slowly, or has a full inflight window. Confined to its session's
 * shard. Bounded in number and bytes, and by the bytes queued in all sessions of the node. QoS 0 messages are kept separately
 * so that they can be dropped first; sequence numbers give the order across both parts.
 */
final class MessageQueue {
    private static final int CAPACITY_FIRST = 4;
    private static final int CAPACITY_KEPT = 64; // once empty, a queue that was longer frees its memory

    private final SessionConfig config;
    private final ShardBytes node;
    private final Counts counts;
    private @Nullable ArrayDeque<Delivery> assured; // QoS 1 and 2
    private @Nullable ArrayDeque<Delivery> unassured; // QoS 0
    private int longest;
    private long bytes;
    private long earliestExpiryMs = Message.NEVER; // lower bound of the expiry times

    MessageQueue(SessionConfig config, ShardBytes node, Counts counts) {
        this.config = config;
        this.node = node;
        this.counts = counts;
    }

    int length() {
        return length(assured) + length(unassured);
    }

    boolean isEmpty() {
        return length() == 0;
    }

    long bytes() {
        return bytes;
    }

    /** Returns the oldest delivery, or null. */
    @Nullable
    Delivery peek() {
        Delivery first = assured == null ? null : assured.peekFirst();
        Delivery other = unassured == null ? null : unassured.peekFirst();
        if (first == null || other == null) {
            return first == null ? other : first;
        }
        return first.sequence < other.sequence ? first : other;
    }

    /** Returns the oldest QoS 0 delivery, or null. */
    @Nullable
    Delivery peekQos0() {
        return unassured == null ? null : unassured.peekFirst();
    }

    /** Removes a delivery returned by {@link #peek} or {@link #peekQos0}. */
    void remove(Delivery first) {
        part(first).removeFirst();
        forget(first);
        shrink();
    }

    /**
     * Appends a delivery if there is room or room can be made.
     *
     * @param dropped receives each delivery dropped, possibly the offered one
     * @return whether the delivery was added
     */
    boolean offer(Delivery offered, long nowMs, BiConsumer<Delivery, DropReason> dropped) {
        long size = offered.message().bytes();
        DropReason reason = refusal(size);
        while (reason != null) {
            if (nowMs >= earliestExpiryMs) {
                dropExpired(nowMs, dropped);
            } else {
                Delivery victim = victim(offered);
                if (victim == null) {
                    dropped.accept(offered, reason);
                    return false;
                }
                remove(victim);
                dropped.accept(victim, reason);
            }
            reason = refusal(size);
        }
        add(offered);
        return true;
    }

    /** Appends a delivery queued before a restart. The session's bounds do not apply, as its delivery was promised. */
    void restore(Delivery delivery) {
        node.takeBeyond(delivery.message().bytes());
        add(delivery);
    }

    /** Removes and returns the deliveries selected by the predicate, which sees them in order within their QoS class. */
    List<Delivery> take(Predicate<Delivery> wanted) {
        List<Delivery> taken = new ArrayList<>();
        removeIf(delivery -> wanted.test(delivery) && taken.add(delivery));
        return taken;
    }

    /** Returns all deliveries in order of sequence numbers. */
    List<Delivery> list() {
        List<Delivery> all = new ArrayList<>(length());
        forEach(all::add);
        all.sort(Comparator.comparingLong(delivery -> delivery.sequence));
        return all;
    }

    /** Returns a removed delivery to its place. The session's bounds do not apply, as its delivery was promised. */
    void putBack(Delivery delivery) {
        ArrayDeque<Delivery> part = part(delivery);
        Deque<Delivery> later = new ArrayDeque<>();
        while (!part.isEmpty() && part.getLast().sequence > delivery.sequence) {
            later.addFirst(part.removeLast());
        }
        restore(delivery);
        part.addAll(later);
    }

    private void removeIf(Predicate<Delivery> wanted) {
        removeIf(assured, wanted);
        removeIf(unassured, wanted);
        shrink();
    }

    void forEach(Consumer<Delivery> action) {
        if (assured != null) {
            assured.forEach(action);
        }
        if (unassured != null) {
            unassured.forEach(action);
        }
    }

    private @Nullable DropReason refusal(long size) {
        if (config.maxQueueLength() > 0 && length() >= config.maxQueueLength()) {
            return DropReason.QUEUE_LENGTH;
        }
        if (bytes + size > config.maxQueueBytes()) {
            return DropReason.QUEUE_BYTES;
        }
        return node.take(size) ? null : DropReason.NODE_BYTES;
    }

    /** Returns the queued delivery to drop in favour of the offered one, or null if the offered one is to be dropped. */
    private @Nullable Delivery victim(Delivery offered) {
        boolean newest = config.dropPolicy() == DropPolicy.NEWEST;
        boolean offeredQos0 = offered.qos() == Qos.AT_MOST_ONCE;
        if (unassured != null && !unassured.isEmpty()) {
            return newest && offeredQos0 ? null : unassured.peekFirst();
        }
        return newest || offeredQos0 || assured == null ? null : assured.peekFirst();
    }

    private void dropExpired(long nowMs, BiConsumer<Delivery, DropReason> dropped) {
        earliestExpiryMs = Message.NEVER;
        removeIf(delivery -> {
            if (delivery.message().expired(nowMs)) {
                dropped.accept(delivery, DropReason.EXPIRED);
                return true;
            }
            earliestExpiryMs = Math.min(earliestExpiryMs, delivery.message().expiresAtMs());
            return false;
        });
    }

    private void add(Delivery delivery) {
        part(delivery).addLast(delivery);
        bytes += delivery.message().bytes();
        longest = Math.max(longest, length());
        earliestExpiryMs = Math.min(earliestExpiryMs, delivery.message().expiresAtMs());
        counts.increment(Counts.QUEUED_MESSAGES);
    }

    private void forget(Delivery delivery) {
        long size = delivery.message().bytes();
        bytes -= size;
        node.release(size);
        counts.decrement(Counts.QUEUED_MESSAGES);
    }

    private void removeIf(@Nullable ArrayDeque<Delivery> part, Predicate<Delivery> wanted) {
        if (part != null) {
            part.removeIf(delivery -> {
                boolean removed = wanted.test(delivery);
                if (removed) {
                    forget(delivery);
                }
                return removed;
            });
        }
    }

    private void shrink() {
        if (longest > CAPACITY_KEPT && isEmpty()) {
            assured = null;
            unassured = null;
            longest = 0;
        }
    }

    private ArrayDeque<Delivery> part(Delivery delivery) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            if (unassured == null) {
                unassured = new ArrayDeque<>(CAPACITY_FIRST);
            }
            return unassured;
        }
        if (assured == null) {
            assured = new ArrayDeque<>(CAPACITY_FIRST);
        }
        return assured;
    }

    private static int length(@Nullable ArrayDeque<Delivery> part) {
        return part == null ? 0 : part.size();
    }
}

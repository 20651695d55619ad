package io.wkmq.cluster.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The messages queued for one node; many producers, and the links' thread as the only consumer. The order of each producer is kept.
 * Posting pushes the message onto a stack with one compare-and-set; polling takes the whole stack and reverses it.
 *
 * <p>Bounded by bytes, which count until they are released: for QoS 1 and 2, when the other node has acknowledged the message.
 * Messages of QoS 1 and 2 may exceed the bound, up to a hard limit, since their publishers are held back until they are
 * acknowledged.
 */
final class OutgoingQueue {
    private final AtomicReference<@Nullable Outgoing> posted = new AtomicReference<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long softMax;
    private final long hardMax;
    private @Nullable Outgoing current; // links' thread only: taken from the stack, oldest first

    OutgoingQueue(LinkSettings settings) {
        this.softMax = settings.queueBytes();
        this.hardMax = settings.queueBytesHard();
    }

    /** Reserves space for a message; returns false if there is none. An empty queue accepts any one message. */
    boolean reserve(Outgoing message) {
        return reserve(message, softMax);
    }

    /** Reserves space for a message of QoS 1 or 2 beyond the bound; returns false at the hard limit. */
    boolean reserveMore(Outgoing message) {
        return reserve(message, hardMax);
    }

    private boolean reserve(Outgoing message, long max) {
        long before = bytes.getAndAdd(message.bytes);
        if (before == 0 || before + message.bytes <= max) {
            return true;
        }
        bytes.addAndGet(-message.bytes);
        return false;
    }

    /** Releases reserved space. */
    void release(long released) {
        bytes.addAndGet(-released);
    }

    /** Returns the reserved bytes. */
    long bytes() {
        return bytes.get();
    }

    /**
     * Adds a message for which space was reserved; returns true if nothing was posted since the last poll, so that the links'
     * thread must be woken.
     */
    boolean post(Outgoing message) {
        Outgoing newest;
        do {
            newest = posted.get();
            message.next = newest;
        } while (!posted.compareAndSet(newest, message));
        return newest == null;
    }

    /** Removes and returns the oldest message, or returns null. */
    @Nullable
    Outgoing poll() {
        if (current == null) {
            current = oldestFirst(posted.getAndSet(null));
        }
        Outgoing first = current;
        if (first != null) {
            current = first.next;
            first.next = null;
        }
        return first;
    }

    private static @Nullable Outgoing oldestFirst(@Nullable Outgoing newestFirst) {
        Outgoing turned = null;
        Outgoing rest = newestFirst;
        while (rest != null) {
            Outgoing older = rest.next;
            rest.next = turned;
            turned = rest;
            rest = older;
        }
        return turned;
    }
}

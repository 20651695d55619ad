package io.wkmq.cluster.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one node. Any thread posts, the links' thread polls; what one thread posts is polled in its order. Posting
 * links the message onto a stack with one compare-and-set; polling takes the whole stack and turns it round.
 *
 * <p>Bounded by bytes, which count until they are released: those of QoS 1 and 2 when the other node has acknowledged them. Above
 * the bound come those of QoS 1 and 2 whose publishers send nothing more until they are acknowledged.
 */
final class OutgoingQueue {
    private final AtomicReference<@Nullable Outgoing> posted = new AtomicReference<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long softMax;
    private final long hardMax;
    private @Nullable Outgoing current; // the links' thread only: taken from the stack, oldest first

    OutgoingQueue(LinkSettings settings) {
        this.softMax = settings.queueBytes();
        this.hardMax = settings.queueBytesHard();
    }

    /** Takes room for a message; false if there is none. One message always has room in an empty queue. */
    boolean reserve(Outgoing message) {
        return reserve(message, softMax);
    }

    /** The same, above the bound, for a message of QoS 1 or 2; false at the last bound. */
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

    /** Gives room back. */
    void release(long released) {
        bytes.addAndGet(-released);
    }

    /** What has room now. */
    long bytes() {
        return bytes.get();
    }

    /** Adds a message that has room; true if nothing was posted since the last poll, so that the links' thread must be woken. */
    boolean post(Outgoing message) {
        Outgoing newest;
        do {
            newest = posted.get();
            message.next = newest;
        } while (!posted.compareAndSet(newest, message));
        return newest == null;
    }

    /** The oldest message, or null. */
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

package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The readers' view of a channel: which records can be read, a cache of the last ones, and notification of new ones. Thread-safe; advanced
 * by the group's loop.
 */
final class Tail {
    private static final long KEPT_BYTES_MAX = 256 << 10;
    private static final int KEPT_AT_FIRST = 16;

    private final int channel;
    private volatile long first;
    private volatile long next;
    private volatile boolean gone;

    @GuardedBy("this")
    private List<Runnable> waiting = new ArrayList<>();

    /** The last records, contiguous, each at its number modulo the length; may include some that cannot be read yet. */
    @GuardedBy("this")
    private @Nullable ChannelRecord[] kept = new ChannelRecord[KEPT_AT_FIRST];

    /** The number of the first cached record. */
    @GuardedBy("this")
    private long keptFirst;

    @GuardedBy("this")
    private long keptNext;

    @GuardedBy("this")
    private long keptBytes;

    Tail(int channel, long first, long next) {
        this.channel = channel;
        this.first = first;
        this.next = next;
    }

    int channel() {
        return channel;
    }

    /** Returns the sequence number of the first existing record. */
    long first() {
        return first;
    }

    /** Returns the sequence number after the last readable record. */
    long next() {
        return next;
    }

    /** Returns whether the channel was dropped. */
    boolean gone() {
        return gone;
    }

    /** Caches a record for readers close to the end. */
    synchronized void keep(ChannelRecord record) {
        if (keptFirst == keptNext) {
            keptFirst = record.seq();
        } else if (keptNext - keptFirst == kept.length) {
            grow();
        }
        kept[place(record.seq())] = record;
        keptNext = record.seq() + 1;
        keptBytes += record.bytes();
        while (keptBytes > KEPT_BYTES_MAX) {
            int oldest = place(keptFirst++);
            keptBytes -= at(oldest).bytes();
            kept[oldest] = null;
        }
    }

    private synchronized void grow() {
        @Nullable ChannelRecord[] larger = new ChannelRecord[2 * kept.length];
        for (long seq = keptFirst; seq < keptNext; seq++) {
            larger[(int) (seq % larger.length)] = kept[place(seq)];
        }
        kept = larger;
    }

    private synchronized int place(long seq) {
        return (int) (seq % kept.length);
    }

    private synchronized ChannelRecord at(int place) {
        return Objects.requireNonNull(kept[place]);
    }

    /** Clears the cache, because there are no readers. */
    synchronized void forget() {
        kept = new ChannelRecord[KEPT_AT_FIRST];
        keptFirst = 0;
        keptNext = 0;
        keptBytes = 0;
    }

    /** Reads from the cache; returns an empty list if the record is not cached. */
    synchronized List<ChannelRecord> read(long from, ReadLimit limit) {
        if (from < keptFirst) {
            return List.of();
        }
        List<ChannelRecord> records = new ArrayList<>();
        long end = Math.min(next, keptNext);
        for (long seq = from; seq < end && limit.more(); seq++) {
            ChannelRecord record = at(place(seq));
            records.add(record);
            limit.read(record.bytes());
        }
        return records;
    }

    /** Updates the readable range, and wakes waiting readers. */
    void advance(long newFirst, long newNext) {
        if (newFirst == first && newNext == next) {
            return; // something else of the channel has changed
        }
        first = newFirst;
        next = newNext;
        wake();
    }

    /** Reports that the channel was dropped. */
    void end() {
        gone = true;
        wake();
    }

    private void wake() {
        List<Runnable> woken;
        synchronized (this) {
            if (waiting.isEmpty()) {
                return;
            }
            woken = waiting;
            waiting = new ArrayList<>();
        }
        woken.forEach(Runnable::run);
    }

    /**
     * Waits for a record.
     *
     * @param wake called once when it may be readable; must not block
     * @return false if it is readable already, or the channel is gone: then {@code wake} is not called
     */
    synchronized boolean await(long seq, Runnable wake) {
        if (gone || next > seq) {
            return false;
        }
        waiting.add(wake);
        return true;
    }

    /** Cancels a wait. */
    synchronized void leave(Runnable wake) {
        waiting.remove(wake);
    }
}

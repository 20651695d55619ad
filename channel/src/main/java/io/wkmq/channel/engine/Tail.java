package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of a channel see of it: which records can be read, the last ones of them, and when there are more. Thread-safe; moved
 * on by the group's loop.
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

    /** The last records without a gap, each at its number modulo the length; may have some that cannot be read yet. */
    @GuardedBy("this")
    private @Nullable ChannelRecord[] kept = new ChannelRecord[KEPT_AT_FIRST];

    /** The number of the first one. */
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

    /** The sequence number of the first record that there is. */
    long first() {
        return first;
    }

    /** The sequence number behind the last record that can be read. */
    long next() {
        return next;
    }

    /** Whether the channel was dropped. */
    boolean gone() {
        return gone;
    }

    /** Keeps a record for those who read close to the end. */
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

    /** Keeps nothing, for nobody reads. */
    synchronized void forget() {
        kept = new ChannelRecord[KEPT_AT_FIRST];
        keptFirst = 0;
        keptNext = 0;
        keptBytes = 0;
    }

    /** Takes from what is kept; nothing if that record is not. */
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

    /** Other records can be read: tells those who wait for them. */
    void advance(long newFirst, long newNext) {
        if (newFirst == first && newNext == next) {
            return; // something else of the channel has changed
        }
        first = newFirst;
        next = newNext;
        wake();
    }

    /** The channel was dropped. */
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
     * @param wake called once when there may be; must not block
     * @return false if it can be read, or the channel is gone: then there will be no call
     */
    synchronized boolean await(long seq, Runnable wake) {
        if (gone || next > seq) {
            return false;
        }
        waiting.add(wake);
        return true;
    }

    /** Waits no longer. */
    synchronized void leave(Runnable wake) {
        waiting.remove(wake);
    }
}

package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What the readers of a channel see of it: which records can be read, the last ones of them, and when there are more. Thread-safe; moved
 * on by the group's loop.
 */
final class Tail {
    private static final long KEPT_BYTES_MAX = 256 << 10;

    private final int channel;
    private volatile long first;
    private volatile long next;
    private volatile boolean gone;

    @GuardedBy("this")
    private List<Runnable> waiting = new ArrayList<>();

    /** The last records, without a gap; may have some that cannot be read yet. */
    @GuardedBy("this")
    private final ArrayDeque<ChannelRecord> kept = new ArrayDeque<>();

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
        kept.add(record);
        keptBytes += record.bytes();
        while (keptBytes > KEPT_BYTES_MAX) {
            keptBytes -= kept.remove().bytes();
        }
    }

    /** Keeps nothing, for nobody reads. */
    synchronized void forget() {
        kept.clear();
        keptBytes = 0;
    }

    /** Takes from what is kept; nothing if that record is not. */
    synchronized List<ChannelRecord> read(long from, ReadLimit limit) {
        ChannelRecord oldest = kept.peek();
        if (oldest == null || oldest.seq() > from) {
            return List.of();
        }
        List<ChannelRecord> records = new ArrayList<>();
        for (ChannelRecord record : kept) {
            if (record.seq() >= next || !limit.more()) {
                break;
            }
            if (record.seq() >= from) {
                records.add(record);
                limit.read(record.bytes());
            }
        }
        return records;
    }

    /** Other records can be read: tells those who wait for them. */
    void advance(long newFirst, long newNext) {
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

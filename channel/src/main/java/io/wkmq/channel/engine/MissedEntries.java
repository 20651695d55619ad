package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Buffers the log entries that arrive while the replica is being filled. Beyond its bounds it discards all of them, and they must be
 * fetched as well. Owned by the group's loop.
 */
final class MissedEntries {
    private final int countMax;
    private final long bytesMax;
    private final Queue<Missed> kept = new ArrayDeque<>();
    private long bytes;
    private long floor;
    private long last;

    /** An entry; {@code op} is null if it starts a new leadership term. */
    private record Missed(long index, byte @Nullable [] op) {}

    /** Creates a buffer for the entries after {@code floor}. */
    MissedEntries(long floor, int countMax, long bytesMax) {
        this.floor = floor;
        this.last = floor;
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Returns the index up to which everything must be fetched: the entries after it are buffered. */
    long floor() {
        return floor;
    }

    void add(long index, byte[] op) {
        add(new Missed(index, op), op.length);
    }

    void addTerm(long index) {
        add(new Missed(index, null), 0);
    }

    private void add(Missed entry, int length) {
        if (entry.index <= last) {
            return;
        }
        last = entry.index;
        kept.add(entry);
        bytes += length;
        if (kept.size() > countMax || bytes > bytesMax) {
            forget();
        }
    }

    /** Reports that the log continues after this entry. */
    void skipTo(long index) {
        if (index > last) {
            last = index;
            forget();
        }
    }

    private void forget() {
        kept.clear();
        bytes = 0;
        floor = last;
    }

    /** Applies the entries to a replica that has everything up to the {@link #floor}. */
    void applyTo(Replica replica) throws IOException {
        for (Missed entry : kept) {
            if (entry.op == null) {
                replica.newTerm(entry.index);
            } else {
                replica.apply(entry.index, entry.op);
            }
        }
    }
}

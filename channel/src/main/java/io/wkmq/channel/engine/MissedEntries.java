package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a log that come while its replica is being filled. Beyond its bounds it forgets them all: what has them has to be fetched
 * then. Belongs to the group's loop.
 */
final class MissedEntries {
    private final int countMax;
    private final long bytesMax;
    private final Queue<Missed> kept = new ArrayDeque<>();
    private long bytes;
    private long floor;
    private long last;

    /** An entry; without an operation if it says that there is another leader. */
    private record Missed(long index, byte @Nullable [] op) {}

    /** Those behind that one. */
    MissedEntries(long floor, int countMax, long bytesMax) {
        this.floor = floor;
        this.last = floor;
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** The entry up to which all have to be fetched: those behind it are kept. */
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

    /** The log goes on behind that entry. */
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

    /** Brings them into a replica that has all up to the {@link #floor}. */
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

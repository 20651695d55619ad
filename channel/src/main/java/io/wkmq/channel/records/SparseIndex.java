package io.wkmq.channel.records;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The positions of some of a file's records: the first one, and about one per {@value #STEP_BYTES} bytes. Thread-safe. */
final class SparseIndex {
    static final int STEP_BYTES = 16 << 10;

    private long[] seqs = new long[8];
    private long[] times = new long[8];
    private int[] positions = new int[8];
    private int size;

    /**
     * The position of a record.
     *
     * @param seq its sequence number
     * @param position of its first byte
     */
    record Step(long seq, int position) {}

    /** Adds a record after all others, if a step is due. */
    synchronized void add(long seq, long timeMs, int position) {
        if (size > 0 && position - positions[size - 1] < STEP_BYTES) {
            return;
        }
        if (size == seqs.length) {
            seqs = Arrays.copyOf(seqs, 2 * size);
            times = Arrays.copyOf(times, 2 * size);
            positions = Arrays.copyOf(positions, 2 * size);
        }
        seqs[size] = seq;
        times[size] = timeMs;
        positions[size++] = position;
    }

    /** Returns the position from which to search for a record; {@code none} if unknown. */
    synchronized Step before(long seq, Step none) {
        int at = Arrays.binarySearch(seqs, 0, size, seq);
        return step(at >= 0 ? at : -at - 2, none);
    }

    private Step step(int at, Step none) {
        return at < 0 ? none : new Step(seqs[at], positions[at]);
    }

    /** Returns the first indexed record after a position; null if there is none. */
    synchronized @Nullable Step behind(int position) {
        int at = Arrays.binarySearch(positions, 0, size, position);
        int next = at >= 0 ? at + 1 : -at - 1;
        return next < size ? new Step(seqs[next], positions[next]) : null;
    }

    /** Returns the position from which to search for the first record that is not older than this time; {@code none} if unknown. */
    synchronized Step beforeTime(long timeMs, Step none) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < timeMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return step(low - 1, none);
    }

    /** Returns the sequence number of the last indexed record at or before a position; {@code none} if there is none. */
    synchronized long seqAround(long position, long none) {
        for (int i = size - 1; i >= 0; i--) {
            if (positions[i] <= position) {
                return seqs[i];
            }
        }
        return none;
    }
}

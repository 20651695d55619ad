package io.wkmq.channel.records;

import java.util.Arrays;

/** Where some of a file's records are: the first one, and about one of each {@value #STEP_BYTES} bytes. Thread-safe. */
final class SparseIndex {
    static final int STEP_BYTES = 16 << 10;

    private long[] seqs = new long[8];
    private long[] times = new long[8];
    private int[] positions = new int[8];
    private int size;

    /** Takes a record behind all others, if it is due. */
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

    /** From where on to look for a record. */
    synchronized int positionOf(long seq) {
        int at = Arrays.binarySearch(seqs, 0, size, seq);
        int before = at >= 0 ? at : -at - 2;
        return before < 0 ? 0 : positions[before];
    }

    /** From where on to look for the first record that is not older than that. */
    synchronized int positionAt(long timeMs) {
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
        return low == 0 ? 0 : positions[low - 1];
    }

    /** The sequence number of a record at that position or a step in front of it; {@code none} if there is none. */
    synchronized long seqAround(long position, long none) {
        for (int i = size - 1; i >= 0; i--) {
            if (positions[i] <= position) {
                return seqs[i];
            }
        }
        return none;
    }
}

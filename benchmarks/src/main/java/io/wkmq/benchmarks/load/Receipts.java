package io.wkmq.benchmarks.load;

import java.util.Arrays;

/** Which of a publisher's messages any member of a share group got: a bit each. Thread-safe. */
final class Receipts {
    private static final long SEQUENCE_MAX = (1L << 36) - 1; // beyond it an array has no room

    private long[] bits = new long[1024];

    /** Notes one; false if it was noted before. */
    synchronized boolean add(long sequence) {
        if (sequence < 0 || sequence > SEQUENCE_MAX) {
            throw new IllegalArgumentException(
                    "The message number is " + sequence + "; a share group is checked from 0 to " + SEQUENCE_MAX);
        }
        int index = (int) (sequence >>> 6);
        if (index >= bits.length) {
            bits = Arrays.copyOf(bits, Math.max(index + 1, bits.length + (bits.length >> 1)));
        }
        long bit = 1L << (sequence & 63);
        boolean added = (bits[index] & bit) == 0;
        bits[index] |= bit;
        return added;
    }
}

package io.wkmq.benchmarks.load;

import java.util.Arrays;

/**
 * A set of sequence numbers, one bit each, such as those of a publisher's messages that any member of a share group has received.
 * Thread-safe.
 */
final class Receipts {
    private static final long SEQUENCE_MAX = (1L << 36) - 1; // the limit of the array's length

    private long[] bits = new long[1024];

    /** Adds a number; returns false if it was present. */
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

package io.wkmq.channel.group;

import java.util.zip.CRC32C;

/** The digest of all records ever appended to a channel, computed incrementally. Stateless. */
public final class Digests {
    private Digests() {}

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FACTOR_1 = 0xBF58476D1CE4E5B9L;
    private static final long FACTOR_2 = 0x94D049BB133111EBL;

    /** Returns the digest after one more record. */
    public static long next(long before, long seq, byte[] body) {
        return mix(before ^ ofRecord(seq, checksum(body)));
    }

    /**
     * Returns the digest before the last record, so that earlier digests can be computed without storing them.
     *
     * @param checksum of the last record's body, as returned by {@link #checksum}
     */
    public static long previous(long after, long seq, long checksum) {
        return unmix(after) ^ ofRecord(seq, checksum);
    }

    /** Returns the only property of a body on which the digest depends. */
    public static long checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return crc.getValue();
    }

    private static long ofRecord(long seq, long checksum) {
        return mix(seq * GOLDEN + checksum);
    }

    /** The mixing function of SplitMix64. */
    private static long mix(long value) {
        long mixed = value + GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * FACTOR_1;
        mixed = (mixed ^ mixed >>> 27) * FACTOR_2;
        return mixed ^ mixed >>> 31;
    }

    private static long unmix(long mixed) {
        long value = unshift(mixed, 31) * inverse(FACTOR_2);
        value = unshift(value, 27) * inverse(FACTOR_1);
        return unshift(value, 30) - GOLDEN;
    }

    /** Inverts {@code value ^ value >>> bits}. */
    private static long unshift(long shifted, int bits) {
        long value = shifted;
        for (int known = bits; known < Long.SIZE; known += bits) {
            value = shifted ^ value >>> bits;
        }
        return value;
    }

    /** Returns the inverse of an odd number modulo 2^64: each Newton step doubles the number of correct bits, initially three. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int bits = 3; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}

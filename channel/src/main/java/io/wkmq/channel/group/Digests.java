package io.wkmq.channel.group;

import java.util.zip.CRC32C;

/** The digest of all that a channel was ever given, record by record. Stateless. */
public final class Digests {
    private Digests() {}

    /** The digest with one more record. */
    public static long next(long before, long seq, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return mix(before ^ mix(seq * 0x9E3779B97F4A7C15L + crc.getValue()));
    }

    /** As SplitMix64 does. */
    private static long mix(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}

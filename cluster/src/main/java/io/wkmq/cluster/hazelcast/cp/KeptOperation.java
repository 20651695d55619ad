package io.wkmq.cluster.hazelcast.cp;

import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * Where that is which an operation of a group's log carries, when it is only on disk. Immutable.
 *
 * @param index of its entry
 * @param length of what it carries, in bytes
 * @param checksum of what it carries, CRC32C
 */
record KeptOperation(CpStore store, CpGroup group, long index, int length, int checksum) {
    /** That of an operation whose entry a store {@link CpStore#holds}. */
    static KeptOperation of(CpStore store, CpGroup group, long index, byte[] carried) {
        return new KeptOperation(store, group, index, carried.length, checksum(carried));
    }

    private static int checksum(byte[] carried) {
        CRC32C crc = new CRC32C();
        crc.update(carried);
        return (int) crc.getValue();
    }

    /**
     * Reads what it carries, as it was. Blocks for the disk.
     *
     * @throws IOException if that is not to be had, see {@link CpStore#read}
     */
    byte[] read() throws IOException {
        return store.read(this);
    }

    /**
     * Checks what was read.
     *
     * @throws IOException if it is something else
     */
    void check(byte[] read) throws IOException {
        int found = checksum(read);
        if (read.length != length || found != checksum) {
            throw new IOException("What entry " + index + " of CP group " + group.name() + " carries has " + read.length
                    + " bytes and checksum " + Integer.toHexString(found) + " in the log; expected " + length + " and "
                    + Integer.toHexString(checksum));
        }
    }
}

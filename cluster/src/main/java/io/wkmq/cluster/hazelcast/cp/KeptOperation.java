package io.wkmq.cluster.hazelcast.cp;

import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * Locates the payload of an operation in a group's log when it is only on disk. Immutable.
 *
 * @param index the index of its entry
 * @param length the length of the payload in bytes
 * @param checksum the CRC32C of the payload
 */
record KeptOperation(CpStore store, CpGroup group, long index, int length, int checksum) {
    /** Returns the location of an operation's payload; the store must {@link CpStore#holds hold} its entry. */
    static KeptOperation of(CpStore store, CpGroup group, long index, byte[] carried) {
        return new KeptOperation(store, group, index, carried.length, checksum(carried));
    }

    private static int checksum(byte[] carried) {
        CRC32C crc = new CRC32C();
        crc.update(carried);
        return (int) crc.getValue();
    }

    /**
     * Reads the payload. Blocks for the disk.
     *
     * @throws IOException if it is not available, see {@link CpStore#read}
     */
    byte[] read() throws IOException {
        return store.read(this);
    }

    /**
     * Checks what was read.
     *
     * @throws IOException if it differs from the payload
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

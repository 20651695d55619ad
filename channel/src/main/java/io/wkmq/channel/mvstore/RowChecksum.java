package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The form of a row in a table: the row followed by a CRC32C of its key and itself (4 bytes), because MVStore has no checksums of its
 * values. Stateless.
 */
final class RowChecksum {
    private RowChecksum() {}

    static byte[] seal(long key, byte[] row) {
        byte[] sealed = Arrays.copyOf(row, row.length + Integer.BYTES);
        ByteBuffer.wrap(sealed).putInt(row.length, crc(key, row, row.length));
        return sealed;
    }

    /**
     * Returns the row.
     *
     * @throws CorruptDataException if it is damaged
     */
    static byte[] open(long key, byte[] sealed) {
        int length = sealed.length - Integer.BYTES;
        if (length < 0) {
            throw new CorruptDataException("The row with the key " + Long.toHexString(key) + " has " + sealed.length
                    + " bytes; expected at least " + Integer.BYTES);
        }
        int written = ByteBuffer.wrap(sealed).getInt(length);
        int crc = crc(key, sealed, length);
        if (written != crc) {
            throw new CorruptDataException("The row with the key " + Long.toHexString(key) + " has the checksum "
                    + Integer.toHexString(crc) + "; expected " + Integer.toHexString(written));
        }
        return Arrays.copyOf(sealed, length);
    }

    private static int crc(long key, byte[] row, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, key));
        crc.update(row, 0, length);
        return (int) crc.getValue();
    }
}

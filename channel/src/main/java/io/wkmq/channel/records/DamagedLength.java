package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Finds the end of a record whose length field is damaged: where the next record's number is found and the checksum matches everything
 * before. Data within a message that merely resembles a record is not mistaken for the next one. Examines at most
 * {@value #SEARCH_BYTES_MAX} bytes. Confined to one thread.
 */
final class DamagedLength {
    /** The end of a longer record is not found. */
    private static final int SEARCH_BYTES_MAX = 4 << 20;

    private final FileWindow window;
    private final RecordFormat format;
    private int left = SEARCH_BYTES_MAX;

    DamagedLength(FileWindow window, RecordFormat format) {
        this.window = window;
        this.format = format;
    }

    /**
     * Finds the end of the record that starts at a position.
     *
     * @param seq the number that it should have
     * @return the position after its last byte; -1 if that cannot be found
     */
    long end(long position, long seq) throws IOException {
        ByteBuffer head = window.some(position);
        if (head == null || head.remaining() < RecordFormat.HEAD_BYTES || RecordFormat.seq(head) != seq) {
            return -1;
        }
        int checksum = RecordFormat.checksum(head);
        CRC32C crc = new CRC32C();
        crc.update(head.slice(head.position() + RecordFormat.REST_AT, RecordFormat.HEAD_BYTES - RecordFormat.REST_AT));
        for (long at = position + RecordFormat.HEAD_BYTES; left > 0; at++, left--) {
            ByteBuffer next = window.some(at);
            if (next == null || next.remaining() < RecordFormat.HEAD_BYTES) {
                return -1;
            }
            if (RecordFormat.seq(next) == seq + 1 && format.checksum(crc) == checksum) {
                return at;
            }
            crc.update(next.get(next.position()));
        }
        return -1;
    }
}

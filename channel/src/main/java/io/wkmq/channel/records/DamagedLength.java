package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Finds where a record ends whose length is damaged: where the next one's number is, if the checksum is that of all in front. What merely
 * looks like a record, within a message, is not taken for the next one. Looks at {@value #SEARCH_BYTES_MAX} bytes at most. One thread.
 */
final class DamagedLength {
    /** Of a longer record no end is found. */
    private static final int SEARCH_BYTES_MAX = 4 << 20;

    private final FileWindow window;
    private final RecordFormat format;
    private int left = SEARCH_BYTES_MAX;

    DamagedLength(FileWindow window, RecordFormat format) {
        this.window = window;
        this.format = format;
    }

    /**
     * Where the record ends that begins at a position.
     *
     * @param seq the number that it should have
     * @return behind its last byte; -1 if that cannot be found
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

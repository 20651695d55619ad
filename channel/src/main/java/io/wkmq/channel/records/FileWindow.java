package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A part of a file with records that moves on. One thread. */
final class FileWindow {
    /** The longest record that is read. */
    private static final int RECORD_BYTES_MAX = 512 << 20;

    private static final int WINDOW_BYTES = 64 << 10;

    private final FileChannel file;
    private final long size;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long start;

    FileWindow(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    /** The bytes from a position on, a whole record if there is one; null at the end. */
    @Nullable
    ByteBuffer at(long position) throws IOException {
        if (position >= size) {
            return null;
        }
        int wanted = RecordFormat.HEAD_BYTES;
        if (!has(position, wanted)) {
            load(position, WINDOW_BYTES);
        }
        bytes.position((int) (position - start));
        if (bytes.remaining() >= Integer.BYTES) {
            wanted = RecordFormat.bytes(bytes);
            if (wanted > 0 && wanted <= RECORD_BYTES_MAX && !has(position, wanted)) {
                load(position, Math.max(wanted, WINDOW_BYTES));
            }
        }
        return bytes.position((int) (position - start));
    }

    private boolean has(long position, int count) {
        return position >= start && position + count <= start + bytes.limit();
    }

    private void load(long position, int count) throws IOException {
        bytes = ByteBuffer.allocate((int) Math.min(count, size - position));
        start = position;
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {
            // until there are as many
        }
        bytes.flip();
    }
}

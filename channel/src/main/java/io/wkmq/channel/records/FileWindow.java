package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A moving window over a record file. Blocks that the disk cannot read appear as zeros, which fail any record's checksum. Confined to one
 * thread.
 */
final class FileWindow {
    /** The maximum size of a record that is read. */
    private static final int RECORD_BYTES_MAX = 512 << 20;

    private static final int WINDOW_BYTES = 64 << 10;

    /** The unit of loss when the disk cannot read a sector. */
    private static final int BLOCK_BYTES = 4 << 10;

    private final FileChannel file;
    private final long size;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long start;
    private @Nullable IOException failure;

    FileWindow(FileChannel file, long size) {
        this.file = file;
        this.size = size;
    }

    /** Returns the bytes from a position on, including a whole record if there is one; null at the end. */
    @Nullable
    ByteBuffer at(long position) throws IOException {
        ByteBuffer head = some(position);
        if (head == null || head.remaining() < Integer.BYTES) {
            return head;
        }
        int wanted = RecordFormat.bytes(head);
        if (wanted > 0 && wanted <= RECORD_BYTES_MAX && !has(position, wanted)) {
            load(position, Math.max(wanted, WINDOW_BYTES));
        }
        return bytes.position((int) (position - start));
    }

    /** Returns the bytes from a position on, at least a record's header if the file has as many; null at the end. */
    @Nullable
    ByteBuffer some(long position) throws IOException {
        if (position >= size) {
            return null;
        }
        if (!has(position, RecordFormat.HEAD_BYTES)) {
            load(position, WINDOW_BYTES);
        }
        return bytes.position((int) (position - start));
    }

    private boolean has(long position, int count) {
        return position >= start && position + count <= start + bytes.limit();
    }

    private void load(long position, int count) throws IOException {
        bytes = ByteBuffer.allocate((int) Math.min(count, size - position));
        start = position;
        try {
            fill(bytes);
        } catch (ClosedChannelException e) {
            throw e; // not a disk error
        } catch (IOException e) {
            failure = e;
            fillBlocks();
        }
        bytes.flip();
    }

    private void fill(ByteBuffer part) throws IOException {
        while (part.hasRemaining() && file.read(part, start + part.position()) >= 0) {
            // until the part is full
        }
    }

    /** Reads block by block, to get the data around an unreadable one. */
    private void fillBlocks() throws IOException {
        int all = bytes.capacity();
        bytes.clear();
        while (bytes.position() < all) {
            int from = bytes.position();
            int to = (int) Math.min(all, from + BLOCK_BYTES - (start + from) % BLOCK_BYTES);
            bytes.limit(to);
            try {
                fill(bytes);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                bytes.put(from, new byte[to - from]).position(to);
            }
            if (bytes.position() < to) { // end of file
                return;
            }
        }
    }

    /** Returns why a part could not be read; null if everything examined could be. */
    @Nullable
    IOException failure() {
        return failure;
    }
}

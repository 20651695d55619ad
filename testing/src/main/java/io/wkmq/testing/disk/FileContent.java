package io.wkmq.testing.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of one file. Guarded by its {@link SimDisk}. */
final class FileContent {
    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    int read(ByteBuffer into, long from) {
        if (from >= size) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), size - from);
        into.put(bytes, (int) from, count);
        return count;
    }

    void write(byte[] data, long offset) {
        write(data, 0, data.length, offset);
    }

    void write(byte[] data, int from, int count, long offset) {
        int end = Math.toIntExact(offset + count);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        System.arraycopy(data, from, bytes, (int) offset, count);
        size = Math.max(size, end);
    }

    void truncate(long length) {
        if (length < size) {
            Arrays.fill(bytes, (int) length, size, (byte) 0);
            size = (int) length;
        }
    }
}

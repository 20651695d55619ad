package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a log in their order after a restart. The log ends where the next record is not there or not whole:
 * a record that was being written when the power went. Used once, by one thread.
 */
public final class LogReader {
    private static final int WINDOW_BYTES = 1 << 20;

    private final LogRecord frame;
    private final Disk disk;
    private final List<Path> files;
    private long expected;

    /** The number of the first record after the end, if there is one: then the end is a hole. */
    private long beyond;

    public LogReader(LogRecord frame, Disk disk, List<Path> files, long folded) {
        this.frame = frame;
        this.disk = disk;
        this.files = files;
        this.expected = folded + 1;
    }

    /** The sequence number of the last record, or of the last one folded if there was none. */
    public long last() {
        return expected - 1;
    }

    /**
     * Whether intact records follow the end although the one there had been synced before they were written: that is not a
     * power loss but damage.
     */
    public boolean damaged() {
        return beyond != 0;
    }

    /** The number of a record that follows the damage. */
    public long beyond() {
        return beyond;
    }

    /** Calls back with the body of every record that is not folded yet. */
    public void read(Consumer<ByteReader> body) throws IOException {
        for (Path file : files) {
            try (FileChannel channel = disk.open(file)) {
                long at = readSegment(channel, body);
                if (beyond == 0) {
                    search(channel, at);
                }
            }
        }
    }

    private long readSegment(FileChannel channel, Consumer<ByteReader> body) throws IOException {
        long size = channel.size();
        long at = 0;
        while (beyond == 0) {
            ByteBuffer record = record(channel, at, size);
            if (record == null || LogRecord.sequence(record) > expected) {
                return at;
            }
            if (LogRecord.sequence(record) == expected) {
                byte[] bytes = new byte[record.remaining() - LogRecord.HEADER_BYTES];
                record.get(LogRecord.HEADER_BYTES, bytes);
                body.accept(new ByteReader(bytes));
                expected++;
            }
            at += record.remaining();
        }
        return at;
    }

    /** The record at that place, or null if there is no whole one. */
    private @Nullable ByteBuffer record(FileChannel channel, long at, long size) throws IOException {
        if (size - at < LogRecord.HEADER_BYTES) {
            return null;
        }
        ByteBuffer header = read(channel, at, LogRecord.HEADER_BYTES);
        int length = LogRecord.length(header);
        if (!LogRecord.hasMagic(header) || length < 0 || length > size - at - LogRecord.HEADER_BYTES) {
            return null;
        }
        ByteBuffer record = read(channel, at, LogRecord.HEADER_BYTES + length);
        if (!frame.intact(record)) {
            return null;
        }
        if (!LogRecord.knownFormat(record)) {
            throw new CorruptDataException("The log has format " + LogRecord.format(record) + "; expected 1");
        }
        return record;
    }

    /** Looks for a record that was written after the end of the log. */
    private void search(FileChannel channel, long from) throws IOException {
        long size = channel.size();
        for (long at = from; at < size; at += WINDOW_BYTES) {
            ByteBuffer window = read(channel, at, (int) Math.min(WINDOW_BYTES + 1, size - at));
            for (int i = 0; i + 1 < window.limit(); i++) {
                if (window.getShort(i) == LogRecord.MAGIC) {
                    ByteBuffer record = record(channel, at + i, size);
                    if (record != null && LogRecord.synced(record) && LogRecord.sequence(record) > expected) {
                        beyond = LogRecord.sequence(record);
                        return;
                    }
                }
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException(
                        "A file of the log ended at " + (from + buffer.position()) + " while it was read");
            }
        }
        return buffer.flip();
    }
}

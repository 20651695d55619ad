package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a log in order after a restart. The log ends at the first missing or incomplete record, which was being written when
 * the power failed. Used once, by one thread.
 */
public final class LogReader {
    private static final int WINDOW_BYTES = 1 << 20;

    /** How many bytes after the end are examined that resemble records but are none. */
    private static final long FAILED_BYTES_MAX = 256 << 20;

    private final LogRecord frame;
    private final Disk disk;
    private final List<Path> files;
    private long expected;

    /** The number of a record found after the end, if any: then the end is a hole. 0 if none was found. */
    private long beyond;

    /** An upper bound on record numbers, given the total size. */
    private long lastPossible;

    private long failedBytesLeft = FAILED_BYTES_MAX;
    private long idleBytesLeft = FAILED_BYTES_MAX;

    public LogReader(LogRecord frame, Disk disk, List<Path> files, long folded) {
        this.frame = frame;
        this.disk = disk;
        this.files = files;
        this.expected = folded + 1;
    }

    /** Returns the number of the last record, or of the last folded one if there was none after it. */
    public long last() {
        return expected - 1;
    }

    /**
     * Returns whether intact records follow the end although the record there had been synced before they were written: this is damage, not
     * a power loss.
     */
    public boolean damaged() {
        return beyond != 0;
    }

    /** Returns the number of a record after the damage. */
    public long beyond() {
        return beyond;
    }

    /** Passes the body of every record that is not folded yet to a callback. */
    public void read(Consumer<ByteReader> body) throws IOException {
        lastPossible = expected + bytes() / LogRecord.HEADER_BYTES;
        for (Path file : files) {
            try (FileChannel channel = disk.open(file)) {
                long at = readSegment(channel, body);
                if (beyond == 0) {
                    search(channel, at);
                }
            }
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path file : files) {
            try (FileChannel channel = disk.open(file)) {
                bytes += channel.size();
            }
        }
        return bytes;
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

    /** Returns the record at this position; null if there is no complete one. */
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
        requireKnownFormat(record);
        return record;
    }

    private static void requireKnownFormat(ByteBuffer record) {
        if (!LogRecord.knownFormat(record)) {
            throw new OtherVersionException("The log has format " + LogRecord.format(record) + "; expected 1");
        }
    }

    /** Searches for a record that was written after the end of the log. */
    private void search(FileChannel channel, long from) throws IOException {
        long size = channel.size();
        long at = from;
        while (at + LogRecord.HEADER_BYTES <= size && beyond == 0) {
            ByteBuffer window = read(channel, at, (int) Math.min(WINDOW_BYTES, size - at));
            at += search(channel, at, window, size);
        }
    }

    /** Searches a part of a file at every position where a record may start; returns how many bytes need not be examined again. */
    private long search(FileChannel channel, long start, ByteBuffer window, long size) throws IOException {
        long at = 0;
        while (at + LogRecord.HEADER_BYTES <= window.limit()) {
            long bytes = plausible(window.position((int) at), size - start - at);
            if (bytes == 0 || !worthwhile(window, bytes)) {
                at++;
                continue;
            }
            ByteBuffer record = at + bytes <= window.limit()
                    ? window.slice((int) at, (int) bytes)
                    : read(channel, start + at, (int) bytes);
            if (frame.intact(record)) {
                requireKnownFormat(record);
                if (proves(window)) {
                    beyond = LogRecord.sequence(window);
                    return size;
                }
                at += bytes; // what it contains is not a record
            } else if (failed(window, bytes)) {
                return size;
            } else {
                at++;
            }
        }
        return at;
    }

    /** Returns the length of the record whose header may be at the buffer's position; 0 if there cannot be one. */
    private static long plausible(ByteBuffer header, long left) {
        if (!LogRecord.hasMagic(header)) {
            return 0;
        }
        long bytes = (long) LogRecord.HEADER_BYTES + LogRecord.length(header);
        return bytes < LogRecord.HEADER_BYTES || bytes > left ? 0 : bytes;
    }

    /** Returns whether this record, if intact, proves that the log has a hole. */
    private boolean proves(ByteBuffer header) {
        long sequence = LogRecord.sequence(header);
        return LogRecord.synced(header) && sequence > expected && sequence <= lastPossible;
    }

    /** A record that proves nothing is checked only to skip its content, and only while the budget lasts. */
    private boolean worthwhile(ByteBuffer header, long bytes) {
        return proves(header) || bytes <= idleBytesLeft;
    }

    /**
     * Handles a failed check. Published messages may resemble records and must not prolong the search indefinitely: once too many bytes
     * that would have proved a hole have failed, a hole is assumed.
     */
    private boolean failed(ByteBuffer header, long bytes) {
        if (!proves(header)) {
            idleBytesLeft -= bytes;
            return false;
        }
        failedBytesLeft -= bytes;
        if (failedBytesLeft < 0) {
            beyond = LogRecord.sequence(header);
        }
        return beyond != 0;
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

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

    /** How many bytes behind the end are looked at that look like records and are none. */
    private static final long FAILED_BYTES_MAX = 256 << 20;

    private final LogRecord frame;
    private final Disk disk;
    private final List<Path> files;
    private long expected;

    /** The number of the first record after the end, if there is one: then the end is a hole. */
    private long beyond;

    /** The highest number that a record can have: there is no room for more. */
    private long lastPossible;

    private long failedBytesLeft = FAILED_BYTES_MAX;
    private long idleBytesLeft = FAILED_BYTES_MAX;

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
        requireKnownFormat(record);
        return record;
    }

    private static void requireKnownFormat(ByteBuffer record) {
        if (!LogRecord.knownFormat(record)) {
            throw new OtherVersionException("The log has format " + LogRecord.format(record) + "; expected 1");
        }
    }

    /** Looks for a record that was written after the end of the log. */
    private void search(FileChannel channel, long from) throws IOException {
        long size = channel.size();
        long at = from;
        while (at + LogRecord.HEADER_BYTES <= size && beyond == 0) {
            ByteBuffer window = read(channel, at, (int) Math.min(WINDOW_BYTES, size - at));
            at += search(channel, at, window, size);
        }
    }

    /** Looks where records may begin in a part of a file; returns how many bytes need not be looked at again. */
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
                at += bytes; // what is in it is no record
            } else if (failed(window, bytes)) {
                return size;
            } else {
                at++;
            }
        }
        return at;
    }

    /** The length of the record whose header may be at the buffer's position; 0 if none can be. */
    private static long plausible(ByteBuffer header, long left) {
        if (!LogRecord.hasMagic(header)) {
            return 0;
        }
        long bytes = (long) LogRecord.HEADER_BYTES + LogRecord.length(header);
        return bytes < LogRecord.HEADER_BYTES || bytes > left ? 0 : bytes;
    }

    /** Whether there would be a hole if that record is intact. */
    private boolean proves(ByteBuffer header) {
        long sequence = LogRecord.sequence(header);
        return LogRecord.synced(header) && sequence > expected && sequence <= lastPossible;
    }

    /** What proves nothing is looked at to pass over what is in it, but not at any price. */
    private boolean worthwhile(ByteBuffer header, long bytes) {
        return proves(header) || bytes <= idleBytesLeft;
    }

    /**
     * A record is not intact. What clients publish may look like records, and is not to make the search take for ever: after many that
     * would be a proof it is taken for one.
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

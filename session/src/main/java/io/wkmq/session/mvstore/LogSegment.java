package io.wkmq.session.mvstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** One file of the log, full length from the start, so that writing into it needs neither space nor new metadata. */
final class LogSegment {
    private static final String PREFIX = "log-";
    private static final String SUFFIX = ".wal";

    private final long number;
    private final Path file;
    private final FileChannel channel;
    private final long capacity;
    private long position;

    LogSegment(long number, Path file, FileChannel channel, long capacity) {
        this.number = number;
        this.file = file;
        this.channel = channel;
        this.capacity = capacity;
    }

    static Path file(Path directory, long number) {
        return directory.resolve(String.format("%s%010d%s", PREFIX, number, SUFFIX));
    }

    /** The number of the segment with that file, or 0 if it is none. */
    static long number(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return 0;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Its place in the order of the segments. */
    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    long capacity() {
        return capacity;
    }

    boolean fits(int bytes) {
        return position + bytes <= capacity;
    }

    /** Writes a record behind the last one. If that fails the next one takes the same place. */
    void append(ByteBuffer record) throws IOException {
        long at = position;
        while (record.hasRemaining()) {
            at += channel.write(record, at);
        }
        position = at;
    }

    void sync() throws IOException {
        channel.force(false);
    }

    void close() throws IOException {
        channel.close();
    }
}

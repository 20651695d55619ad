package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** One file of the log, full length from the start, so that writing into it needs neither space nor new metadata. */
public final class LogSegment {
    private static final String PREFIX = "log-";
    private static final String SUFFIX = ".wal";

    private final long number;
    private final Path file;
    private final FileChannel channel;
    private final long capacity;
    private long position;

    public LogSegment(long number, Path file, FileChannel channel, long capacity) {
        this.number = number;
        this.file = file;
        this.channel = channel;
        this.capacity = capacity;
    }

    public static Path file(Path directory, long number) {
        return directory.resolve(String.format("%s%010d%s", PREFIX, number, SUFFIX));
    }

    /** The number of the segment with that file, or 0 if it is none. */
    public static long number(Path file) {
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
    public long number() {
        return number;
    }

    public Path file() {
        return file;
    }

    public long capacity() {
        return capacity;
    }

    public boolean fits(int bytes) {
        return position + bytes <= capacity;
    }

    /** Writes a record behind the last one. If that fails the next one takes the same place. */
    public void append(ByteBuffer record) throws IOException {
        long at = position;
        while (record.hasRemaining()) {
            at += channel.write(record, at);
        }
        position = at;
    }

    public void sync() throws IOException {
        channel.force(false);
    }

    public void close() throws IOException {
        channel.close();
    }
}

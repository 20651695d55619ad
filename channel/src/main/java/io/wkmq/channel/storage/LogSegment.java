package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * One file of the log, preallocated to its full length, so that writing to it needs neither space nor metadata updates. Confined to one
 * thread, except for {@link #read}.
 */
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

    /** Returns the number of the segment in this file; 0 if it is not a segment. */
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

    /** Returns its position in the order of segments. */
    public long number() {
        return number;
    }

    public Path file() {
        return file;
    }

    public long capacity() {
        return capacity;
    }

    /** Returns how many bytes were written. */
    public long position() {
        return position;
    }

    public boolean fits(int bytes) {
        return position + bytes <= capacity;
    }

    /** Writes a record after the last one. If that fails, the next one is written at the same position. */
    public void append(ByteBuffer record) throws IOException {
        long at = position;
        while (record.hasRemaining()) {
            at += channel.write(record, at);
        }
        position = at;
    }

    /**
     * Reads a part of what was written, through a channel of its own: an interrupt closes only that one, does not abort the read, and is
     * preserved. Callable from any thread while the segment is not reused.
     *
     * @throws IOException if it cannot be read, or the file is shorter
     */
    public byte[] read(Disk disk, long at, int length) throws IOException {
        if (!disk.exists(file)) {
            throw new IOException("The file " + file + " of the log is gone; expected " + length + " bytes at " + at);
        }
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try (FileChannel own = disk.open(file)) {
                    return read(own, at, length);
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private byte[] read(FileChannel from, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            if (from.read(rest, at + rest.position()) < 0) {
                throw new IOException("The file " + file + " of the log ends at " + (at + rest.position())
                        + "; expected " + length + " bytes at " + at);
            }
        }
        return bytes;
    }

    public void sync() throws IOException {
        channel.force(false);
    }

    public void close() throws IOException {
        channel.close();
    }
}

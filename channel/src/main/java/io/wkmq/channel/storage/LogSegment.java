package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * One file of the log, full length from the start, so that writing into it needs neither space nor new metadata. Belongs to one thread,
 * but for {@link #read}.
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

    /** How many bytes were written. */
    public long position() {
        return position;
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

    /**
     * Reads a part of what was written, through a channel of its own: an interruption closes the channel of who reads, and neither ends the
     * reading nor gets lost. Any thread, while the segment is not used again.
     *
     * @throws IOException if it cannot be read, or the file has less
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

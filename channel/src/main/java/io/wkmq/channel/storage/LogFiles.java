package io.wkmq.channel.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log as files: creates them, keeps one in reserve, and reuses old ones. Thread-safe: the storage thread takes segments,
 * the checkpoint thread returns them.
 */
public final class LogFiles {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final long segmentBytes;
    private final AtomicLong lastNumber = new AtomicLong();
    private final AtomicLong totalBytes = new AtomicLong();
    private final AtomicReference<@Nullable LogSegment> reserve = new AtomicReference<>();

    public LogFiles(Disk disk, Path directory, long segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    /** Returns the existing files, in the order in which they were written. */
    public List<Path> existing() throws IOException {
        List<Path> files = disk.list(directory).stream()
                .filter(file -> LogSegment.number(file) > 0)
                .sorted(Comparator.comparingLong(LogSegment::number))
                .toList();
        if (!files.isEmpty()) {
            lastNumber.accumulateAndGet(LogSegment.number(files.get(files.size() - 1)), Math::max);
        }
        return files;
    }

    /** Returns the first segment after a start. The existing files are no longer needed; up to two of them are reused. */
    public LogSegment begin() throws IOException {
        LogSegment first = null;
        for (Path file : existing()) {
            FileChannel channel = disk.open(file);
            long size = channel.size();
            LogSegment old = new LogSegment(LogSegment.number(file), file, channel, size);
            totalBytes.addAndGet(size);
            if (first == null && size == segmentBytes) {
                first = renew(old);
            } else {
                recycle(old);
            }
        }
        return first != null ? first : create(segmentBytes);
    }

    /** Returns a segment with room for a record of this length: the reserve if it fits, else a new one. */
    public LogSegment next(long number, int bytes) throws IOException {
        LogSegment ready = reserve.getAndSet(null);
        if (ready != null) {
            if (ready.number() > number && ready.fits(bytes)) {
                return ready;
            }
            discard(ready);
        }
        return create(Math.max(segmentBytes, bytes));
    }

    /** Creates a reserve segment if there is none. */
    public void prepare() throws IOException {
        if (reserve.get() == null) {
            keep(create(segmentBytes));
        }
    }

    /** Takes back a segment whose records are no longer needed. */
    public void recycle(LogSegment old) throws IOException {
        if (reserve.get() != null || old.capacity() != segmentBytes) {
            discard(old);
            return;
        }
        keep(renew(old));
    }

    private LogSegment renew(LogSegment old) throws IOException {
        old.close();
        long number = lastNumber.incrementAndGet();
        Path file = LogSegment.file(directory, number);
        disk.rename(old.file(), file);
        disk.syncDirectory(directory);
        return new LogSegment(number, file, disk.open(file), segmentBytes);
    }

    /** Returns the size of all segments on disk. */
    public long totalBytes() {
        return totalBytes.get();
    }

    public void close() throws IOException {
        LogSegment ready = reserve.getAndSet(null);
        if (ready != null) {
            ready.close();
        }
    }

    private void keep(LogSegment segment) throws IOException {
        if (!reserve.compareAndSet(null, segment)) {
            discard(segment);
        }
    }

    private void discard(LogSegment segment) throws IOException {
        segment.close();
        disk.delete(segment.file());
        totalBytes.addAndGet(-segment.capacity());
    }

    private LogSegment create(long bytes) throws IOException {
        long number = lastNumber.incrementAndGet();
        Path file = LogSegment.file(directory, number);
        FileChannel channel = disk.open(file);
        boolean done = false;
        try {
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, bytes));
            for (long at = 0; at < bytes; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                at += channel.write(zeros, at);
            }
            channel.force(true);
            disk.syncDirectory(directory);
            done = true;
        } finally {
            if (!done) {
                channel.close();
                disk.delete(file);
            }
        }
        totalBytes.addAndGet(bytes);
        return new LogSegment(number, file, channel, bytes);
    }
}

package io.wkmq.channel.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The end of the log, where records are appended. Belongs to the storage thread. */
public final class Log {
    /** A sync failed: nobody knows what of the log is on disk. */
    public static final class SyncFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        SyncFailedException(IOException cause) {
            super("The log could not be synced: " + cause.getMessage(), cause);
        }
    }

    private final LogRecord frame;
    private final LogFiles files;
    private final List<LogSegment> full = new ArrayList<>();
    private LogSegment active;
    private long sequence;
    private boolean synced = true;

    /**
     * Goes on behind the record with that number.
     *
     * @param active an empty segment
     */
    public Log(LogRecord frame, LogFiles files, LogSegment active, long sequence) {
        this.frame = frame;
        this.files = files;
        this.active = active;
        this.sequence = sequence;
    }

    /** The number of the last record. */
    public long sequence() {
        return sequence;
    }

    /** The segment that the last record is in, at its {@link LogSegment#position end}. */
    public LogSegment active() {
        return active;
    }

    /** Whether a segment has become full since {@link #takeFull}. */
    public boolean hasFull() {
        return !full.isEmpty();
    }

    /** The segments that are full; they are the caller's now. */
    public List<LogSegment> takeFull() {
        List<LogSegment> taken = List.copyOf(full);
        full.clear();
        return taken;
    }

    /**
     * Appends a record. After a failure it is not part of the log and may be tried again.
     *
     * @param record its body behind {@link LogRecord#HEADER_BYTES} bytes of room
     * @param synced whether it is on disk when this returns
     */
    public void append(ByteBuffer record, boolean synced) throws IOException {
        int size = record.remaining();
        if (!active.fits(size)) {
            // before the first record of the next one, so that the log has no hole after a power loss
            sync();
            LogSegment next = files.next(active.number(), size);
            full.add(active);
            active = next;
        }
        frame.seal(record, sequence + 1, synced);
        this.synced = false;
        active.append(record);
        if (synced) {
            sync();
        }
        sequence++;
    }

    /** Makes all records durable. */
    public void sync() throws IOException {
        if (synced) {
            return;
        }
        try {
            active.sync();
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
        synced = true;
    }

    public void close() throws IOException {
        List<Closeable> all = new ArrayList<>();
        all.add(active::close);
        full.forEach(segment -> all.add(segment::close));
        Closing.all(all);
    }
}

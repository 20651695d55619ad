package io.wkmq.channel.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The end of a write-ahead log, where records are appended. Confined to the storage thread. */
public final class Log {
    /** Thrown if a sync failed: it is unknown what of the log is on disk. */
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
     * Creates a log that continues after the record with this number.
     *
     * @param active an empty segment
     */
    public Log(LogRecord frame, LogFiles files, LogSegment active, long sequence) {
        this.frame = frame;
        this.files = files;
        this.active = active;
        this.sequence = sequence;
    }

    /** Returns the number of the last record. */
    public long sequence() {
        return sequence;
    }

    /** Returns the segment that contains the last record, which ends at its {@link LogSegment#position position}. */
    public LogSegment active() {
        return active;
    }

    /** Returns whether a segment has become full since the last {@link #takeFull}. */
    public boolean hasFull() {
        return !full.isEmpty();
    }

    /** Returns the full segments, which the caller owns from now on. */
    public List<LogSegment> takeFull() {
        List<LogSegment> taken = List.copyOf(full);
        full.clear();
        return taken;
    }

    /**
     * Appends a record. If that fails the record is not part of the log, and may be appended again.
     *
     * @param record its body, preceded by {@link LogRecord#HEADER_BYTES} free bytes
     * @param synced whether it is on disk on return
     */
    public void append(ByteBuffer record, boolean synced) throws IOException {
        int size = record.remaining();
        if (!active.fits(size)) {
            // before the first record of the next segment, so that the log has no hole after a power loss
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

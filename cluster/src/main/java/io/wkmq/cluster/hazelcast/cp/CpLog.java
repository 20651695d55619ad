package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.LogSegment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The log of changes. Segments at its beginning are released once nothing in them is needed; where a few changes prevent that, these are
 * rewritten at the end. Belongs to one thread, except {@link #holds} and {@link #read}.
 */
final class CpLog implements Closeable {
    /** How many full segments are left alone: most of them soon become unneeded, as groups take snapshots. */
    private static final int LEFT_ALONE = 4;

    /** Segments are rewritten only while the log is longer than this many times its needed part. */
    private static final int SPARSE = 3;

    private static final int REWRITE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final Closeable lock;
    private final LogRecord frame;
    private final LogFiles files;
    private final Log log;
    private final CpSegments segments;

    /** Held by other threads while they look up where an entry is, and by the log's thread while it changes that. */
    private final ReentrantLock places = new ReentrantLock();

    /** Signalled when a segment has no readers any more. */
    private final Condition unread = places.newCondition();

    /** The number of readers per segment that has any; it is not reused meanwhile. */
    @GuardedBy("places")
    private final Map<LogSegment, Integer> readers = new HashMap<>();

    private final ByteWriter record = new ByteWriter(64 << 10);
    private CpHead head;

    /**
     * Continues an existing log.
     *
     * @param segments the content of the log, with a new segment begun
     */
    CpLog(
            Disk disk,
            Path directory,
            Closeable lock,
            LogRecord frame,
            LogFiles files,
            Log log,
            CpSegments segments,
            CpHead head) {
        this.disk = disk;
        this.directory = directory;
        this.lock = lock;
        this.frame = frame;
        this.files = files;
        this.log = log;
        this.segments = segments;
        this.head = head;
    }

    /** Appends changes as one record, which is on disk on return. */
    void append(List<CpChange> changes) throws IOException {
        int[] ends = CpRecord.write(record, changes, segments.nextChange());
        ByteBuffer written = record.view();
        int bytes = written.remaining();
        log.append(written, true);
        for (LogSegment full : log.takeFull()) {
            segments.full(full);
            segments.begin(log.sequence());
        }
        LogSegment file = log.active();
        long begin = file.position() - bytes;
        places.lock();
        try {
            for (int i = 0; i < ends.length; i++) {
                segments.add(changes.get(i), file, begin + ends[i]);
            }
        } finally {
            places.unlock();
        }
    }

    /**
     * Returns whether an entry can be {@link #read} from disk, which excludes those written before the log was opened. Callable from any
     * thread.
     */
    boolean holds(CpGroup group, long index) {
        places.lock();
        try {
            CpSegments.Place place = segments.entry(group, index);
            return place != null && place.file() != null;
        } finally {
            places.unlock();
        }
    }

    /**
     * Reads the last bytes of an entry's operation. Callable from any thread. Blocks for the disk, but blocks neither the log nor other
     * readers; it only keeps the segment from being reused.
     *
     * @return the bytes as found in the file, unchecked; null if the group was removed
     * @throws IOException if the log does not {@link #holds hold} the entry, or it cannot be read
     */
    byte @Nullable [] read(CpGroup group, long index, int length) throws IOException {
        LogSegment file;
        long end;
        places.lock();
        try {
            if (!segments.has(group)) {
                return null;
            }
            CpSegments.Place place = segments.entry(group, index);
            LogSegment found = place == null ? null : place.file();
            if (place == null || found == null) {
                throw new IOException("Entry " + index + " of CP group " + group.name() + " is not in the log");
            }
            file = found;
            end = place.end();
            readers.merge(file, 1, Integer::sum);
        } finally {
            places.unlock();
        }
        try {
            return file.read(disk, end - length, length);
        } finally {
            leave(file);
        }
    }

    private void leave(LogSegment file) {
        places.lock();
        try {
            Integer before = readers.remove(file);
            if (before != null && before > 1) {
                readers.put(file, before - 1);
            } else {
                unread.signalAll();
            }
        } finally {
            places.unlock();
        }
    }

    /** Waits uninterruptibly until a segment, for which no new readers can arrive, has none left. */
    private void awaitUnread(LogSegment file) {
        places.lock();
        try {
            while (readers.containsKey(file)) {
                unread.awaitUninterruptibly();
            }
        } finally {
            places.unlock();
        }
    }

    /** Releases segments that are not needed. */
    void clean() throws IOException {
        giveUpUnneeded();
        while (sparse()) {
            List<CpChange> part = new ArrayList<>();
            int bytes = 0;
            for (CpChange change : neededOfOldest()) {
                part.add(change);
                bytes += change.bytes();
                if (bytes >= REWRITE_BYTES) {
                    append(part);
                    part.clear();
                    bytes = 0;
                }
            }
            if (!part.isEmpty()) {
                append(part);
            }
            long first = segments.firstRecord();
            giveUpUnneeded();
            if (segments.firstRecord() == first) {
                throw new IllegalStateException(
                        "The oldest segment of the CP log is still needed although all that was needed of it is elsewhere");
            }
        }
    }

    private boolean sparse() {
        return segments.fullSegments() > LEFT_ALONE && segments.fullBytes() > SPARSE * segments.neededBytes();
    }

    private void giveUpUnneeded() throws IOException {
        List<CpSegments.Segment> unneeded;
        places.lock(); // no reader enters these segments from now on
        try {
            unneeded = segments.takeUnneeded();
        } finally {
            places.unlock();
        }
        if (unneeded.isEmpty()) {
            return;
        }
        // first, since a log whose beginning is missing would count as damaged
        head = new CpHead(head.salt(), segments.firstRecord() - 1);
        head.write(disk, directory);
        for (CpSegments.Segment segment : unneeded) {
            awaitUnread(segment.file());
            files.recycle(segment.file());
        }
    }

    /** Reads the changes of the oldest segment that are still needed. */
    private List<CpChange> neededOfOldest() throws IOException {
        CpSegments.Segment oldest = segments.oldest();
        if (oldest == null) {
            return List.of();
        }
        List<CpChange> needed = new ArrayList<>();
        LogReader reader = new LogReader(frame, disk, List.of(oldest.file().file()), oldest.firstRecord() - 1);
        reader.read(body -> CpRecord.read(body, (change, number) -> {
            if (segments.needed(change, number)) {
                needed.add(change);
            }
        }));
        long expected = segments.endOfOldest() - 1;
        if (reader.last() != expected) {
            throw new IOException("The segment " + oldest.file().file() + " of the CP log can be read up to record "
                    + reader.last() + "; expected " + expected);
        }
        return needed;
    }

    /** Returns the total length of the segments that may be needed, not counting the one being written. */
    long fullBytes() {
        return segments.fullBytes();
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            log.close();
            for (LogSegment segment : segments.fullFiles()) {
                segment.close();
            }
            files.close();
        }
    }
}

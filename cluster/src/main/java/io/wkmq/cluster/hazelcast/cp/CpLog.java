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
 * The log of changes. Segments go from its beginning once nothing in them is needed; a few changes that keep one from going are
 * written again at the end. Belongs to one thread, but for {@link #holds} and {@link #read}.
 */
final class CpLog implements Closeable {
    /** So many full segments are left alone: in most of them nothing is needed soon, since groups take snapshots. */
    private static final int LEFT_ALONE = 4;

    /** Segments are only written again while the log is that many times as long as what is needed of it. */
    private static final int SPARSE = 3;

    private static final int REWRITE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final Closeable lock;
    private final LogRecord frame;
    private final LogFiles files;
    private final Log log;
    private final CpSegments segments;

    /** Held by other threads while they look where something is, and by the log's own while it changes that. */
    private final ReentrantLock places = new ReentrantLock();

    /** A segment is read by nobody any more. */
    private final Condition unread = places.newCondition();

    /** How many read in each segment that is read: it is not used again meanwhile. */
    @GuardedBy("places")
    private final Map<LogSegment, Integer> readers = new HashMap<>();

    private final ByteWriter record = new ByteWriter(64 << 10);
    private CpHead head;

    /**
     * Goes on with a log.
     *
     * @param segments what is in it, with a segment begun
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

    /** Appends changes as one record. They are on disk when this returns. */
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

    /** Whether an entry is on disk, where it can be {@link #read}: not if it was written before the log was opened. Any thread. */
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
     * Reads the end of an entry's operation. Any thread; blocks for the disk, but neither the log nor others who read: only the segment is
     * not used again meanwhile.
     *
     * @return the bytes as they are in the file, whatever they are; null if the group was removed
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

    /** Waits until nobody reads in a segment, where nobody begins to any more. An interruption does not end that. */
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

    /** Gives up segments that are not needed. */
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
        places.lock(); // nobody begins to read in them from now on
        try {
            unneeded = segments.takeUnneeded();
        } finally {
            places.unlock();
        }
        if (unneeded.isEmpty()) {
            return;
        }
        // first: a log whose beginning is missing would count as damaged
        head = new CpHead(head.salt(), segments.firstRecord() - 1);
        head.write(disk, directory);
        for (CpSegments.Segment segment : unneeded) {
            awaitUnread(segment.file());
            files.recycle(segment.file());
        }
    }

    /** Reads what is still needed of the oldest segment. */
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

    /** How long the log's files are that may be needed, the one that is being written aside. */
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

package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.LogSegment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The log of changes. Segments go from its beginning once nothing in them is needed; a few changes that keep one from going are
 * written again at the end. Belongs to one thread.
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
        CpRecord.write(record, changes, segments.nextChange());
        log.append(record.view(), true);
        for (LogSegment full : log.takeFull()) {
            segments.full(full);
            segments.begin(log.sequence());
        }
        changes.forEach(segments::add);
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
        List<CpSegments.Segment> unneeded = segments.takeUnneeded();
        if (unneeded.isEmpty()) {
            return;
        }
        // first: a log whose beginning is missing would count as damaged
        head = new CpHead(head.salt(), segments.firstRecord() - 1);
        head.write(disk, directory);
        for (CpSegments.Segment segment : unneeded) {
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

package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.LogSegment;
import io.wkmq.channel.storage.OtherVersionException;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens a log: reads what is stored and begins a new segment behind it. A damaged log is left as it is and not opened, since a member that
 * has forgotten what it told others must not continue under its identity. Used once, by one thread.
 */
final class CpOpener {
    /**
     * An opened log.
     *
     * @param log the log, ready for appending
     * @param kept its content
     */
    record Opened(CpLog log, CpSlots<CpChange> kept) {}

    private final Disk disk;
    private final Path directory;
    private final long segmentBytes;
    private final CpSlots<CpChange> kept = new CpSlots<>(0, change -> {});
    private final CpSegments segments = new CpSegments();
    private boolean anyRead;
    private boolean segmentBegun;

    CpOpener(Disk disk, Path directory, long segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Opens the log, creating an empty one if there is none.
     *
     * @throws DamagedCpLogException if it is damaged
     * @throws StorageException if it is of another version
     */
    Opened open() throws IOException {
        disk.createDirectory(directory);
        Closeable lock = disk.lock(directory);
        boolean done = false;
        try {
            Opened opened = open(lock);
            done = true;
            return opened;
        } catch (OtherVersionException e) {
            throw new StorageException(
                    "The CP log in " + directory + " is of another version: " + e.getMessage()
                            + "; nothing was changed",
                    e);
        } catch (CorruptDataException e) {
            throw new DamagedCpLogException(
                    "The CP log in " + directory + " is damaged: " + e.getMessage() + "; nothing was changed",
                    e,
                    kept.own(CpChange.LocalMember.class) instanceof CpChange.LocalMember found
                            ? found.member().uuid()
                            : null);
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private Opened open(Closeable lock) throws IOException {
        LogFiles files = new LogFiles(disk, directory, segmentBytes);
        List<Path> existing = files.existing();
        if (!CpHead.exists(disk, directory)) {
            if (!existing.isEmpty()) {
                throw new CorruptDataException("There are segments, but no head");
            }
            new CpHead(new SecureRandom().nextLong(), 0).write(disk, directory);
        }
        CpHead head = CpHead.read(disk, directory);
        LogRecord frame = new LogRecord(head.salt());
        List<LogSegment> opened = new ArrayList<>();
        boolean done = false;
        try {
            long last = head.folded();
            List<LogSegment> unused = new ArrayList<>();
            LogSegment end = null;
            for (Path file : existing) {
                LogSegment segment = segment(file);
                opened.add(segment);
                long read = read(frame, file, last);
                if (read == last) {
                    unused.add(segment);
                } else {
                    segments.full(segment);
                    end = segment;
                }
                last = read;
            }
            if (end != null) {
                end.sync(); // what was read may not be on disk yet, unlike what will be appended behind it
            }
            for (LogSegment segment : unused) {
                files.recycle(segment);
            }
            LogSegment active = files.next(0, 0);
            opened.add(active);
            segments.begin(last + 1);
            Log log = new Log(frame, files, active, last);
            CpLog open = new CpLog(disk, directory, lock, frame, files, log, segments, head);
            done = true;
            return new Opened(open, kept);
        } finally {
            if (!done) {
                for (LogSegment segment : opened) {
                    segment.close();
                }
                files.close();
            }
        }
    }

    private LogSegment segment(Path file) throws IOException {
        FileChannel channel = disk.open(file);
        return new LogSegment(LogSegment.number(file), file, channel, channel.size());
    }

    /** Reads the records of a segment, which follow the given one; returns the number of its last record. */
    private long read(LogRecord frame, Path file, long before) throws IOException {
        LogReader reader = new LogReader(frame, disk, List.of(file), before);
        segmentBegun = false;
        reader.read(body -> read(body, before + 1));
        if (reader.damaged()) {
            throw new CorruptDataException("Record " + (reader.last() + 1) + " in " + file.getFileName()
                    + " cannot be read, and record " + reader.beyond() + " behind it can");
        }
        return reader.last();
    }

    private void read(ByteReader body, long firstRecord) {
        CpRecord.read(body, (change, number) -> {
            if (!anyRead) {
                segments.skipTo(number);
                anyRead = true;
            } else if (number != segments.nextChange()) {
                throw new CorruptDataException(
                        "The CP log goes on with change " + number + "; expected " + segments.nextChange());
            }
            if (!segmentBegun) {
                segments.begin(firstRecord);
                segmentBegun = true;
            }
            segments.add(change);
            kept.apply(change, change);
        });
    }
}

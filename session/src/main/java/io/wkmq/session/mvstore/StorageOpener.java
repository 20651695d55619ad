package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the files of a storage: replays the log onto the state and starts an empty log. Files that are damaged or of an unknown
 * format are set aside and replaced with empty ones, unless the options forbid it; files that merely cannot be read are left
 * alone and prevent startup. Single use; not thread-safe.
 */
final class StorageOpener {
    private static final Logger LOG = LoggerFactory.getLogger(StorageOpener.class);

    private static final DateTimeFormatter NAME_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Disk disk;
    private final Path directory;
    private final StorageOptions options;

    StorageOpener(Disk disk, Path directory, StorageOptions options) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
    }

    OpenedStorage open() throws IOException {
        disk.createDirectory(directory);
        Closeable lock = disk.lock(directory);
        boolean done = false;
        try {
            OpenedStorage opened = openOrBeginAnew(lock);
            done = true;
            return opened;
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private OpenedStorage openOrBeginAnew(Closeable lock) throws IOException {
        try {
            return openFiles(lock);
        } catch (CorruptDataException e) {
            setAside(e);
        } catch (MVStoreException e) {
            if (e.getCause() instanceof IOException cause && !(cause instanceof EOFException)) {
                throw new StorageException(
                        "The storage in " + directory + " cannot be read: " + cause.getMessage()
                                + "; nothing was changed, check the disk and the file permissions",
                        e);
            }
            setAside(e);
        }
        return openFiles(lock);
    }

    private OpenedStorage openFiles(Closeable lock) throws IOException {
        LogFiles files = new LogFiles(disk, directory, options.segmentBytes());
        List<Path> segments = files.existing();
        if (!StateFile.exists(disk, directory)) {
            if (!segments.isEmpty()) {
                throw new CorruptDataException("There is a log but no file " + StateFile.NAME);
            }
            StateFile.create(disk, directory, options);
        }
        StateFile state = StateFile.open(disk, directory, options);
        boolean done = false;
        try {
            LogRecord frame = new LogRecord(state.salt());
            long last = replay(state, frame, segments);
            Changes changes = new Changes(state.nextSession(), state.nextMessage());
            state.tables().forEachSession(changes::known);
            Log log = new Log(frame, files, files.begin(), last);
            done = true;
            return new OpenedStorage(disk, directory, lock, state, files, log, changes);
        } finally {
            if (!done) {
                state.closeImmediately();
            }
        }
    }

    /** Replays the log onto the state; returns the number of its last record. */
    private long replay(StateFile state, LogRecord frame, List<Path> segments) throws IOException {
        Pending pending = Pending.replayed();
        long folded = state.folded();
        RecordReader records = new RecordReader(pending, state.nextSession(), state.nextMessage());
        LogReader log = new LogReader(frame, disk, segments, folded);
        log.read(records::apply);
        if (log.damaged() && options.failOnCorruption()) {
            throw new StorageException(damage(log) + "; nothing was changed. Restore the directory from a backup, or"
                    + " allow the start without what follows that record");
        }
        if (log.last() > folded) {
            state.write(
                    new Checkpoint(pending, true, log.last(), records.nextSession(), records.nextMessage(), List.of()));
            LOG.info("Replayed changes from the log records={}", log.last() - folded);
        }
        if (log.damaged()) {
            // only now: until the state has what could be read, the log is the only copy
            keepDamagedLog(log, segments);
        }
        return log.last();
    }

    private String damage(LogReader log) {
        return "The log in " + directory + " is damaged behind record " + log.last() + ", record " + log.beyond()
                + " can be read again";
    }

    private void keepDamagedLog(LogReader log, List<Path> segments) throws IOException {
        String suffix = suffix();
        for (Path segment : segments) {
            rename(segment, suffix);
        }
        disk.syncDirectory(directory);
        LOG.error(
                "{}: ACKNOWLEDGED CHANGES BEHIND IT ARE LOST. The node starts with what comes before; the damaged log is"
                        + " kept in files named *{}. Check the disk; delete these files when you do not need them",
                damage(log),
                suffix);
    }

    private void setAside(RuntimeException cause) throws IOException {
        if (options.failOnCorruption()) {
            throw new StorageException(
                    "The storage in " + directory + " is damaged or of another version: " + cause.getMessage()
                            + "; nothing was changed. Restore the directory from a backup, or allow the start without it",
                    cause);
        }
        String suffix = suffix();
        // the state first: if interrupted, a log without a state is left, which the next start completes; a state
        // without its log would be taken for a complete storage
        Path state = directory.resolve(StateFile.NAME);
        if (disk.exists(state)) {
            rename(state, suffix);
        }
        for (Path segment : new LogFiles(disk, directory, options.segmentBytes()).existing()) {
            rename(segment, suffix);
        }
        disk.syncDirectory(directory);
        LOG.error(
                "The storage in {} is damaged or of another version: ALL STORED SESSIONS AND RETAINED MESSAGES ARE LEFT OUT"
                        + " and the node starts with none. The old files are kept, named *{}. Check the disk; to use them"
                        + " again stop the node and take the suffix off, with the version of wkmq that wrote them",
                directory,
                suffix,
                cause);
    }

    private void rename(Path file, String suffix) throws IOException {
        disk.rename(file, file.resolveSibling(file.getFileName() + suffix));
    }

    private static String suffix() {
        return ".corrupt-" + NAME_TIME.format(Instant.now());
    }
}

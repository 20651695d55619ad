package io.wkmq.session.mvstore;

import io.wkmq.channel.mvstore.MvFile;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.h2.mvstore.MVStoreException;

/**
 * The MVStore file with the state as of the last checkpoint and the number of the last log record included in it. After a crash
 * it may also contain part of the next checkpoint; the log then has all of that. Used by one thread at a time.
 */
final class StateFile {
    static final String NAME = "state.mv";
    static final int FORMAT = 1;

    private static final String NEW_NAME = "state.mv.new";
    private static final int CACHE_MB = 16;

    private static final String FOLDED = "folded";
    private static final String NEXT_SESSION = "nextSession";
    private static final String NEXT_MESSAGE = "nextMessage";
    private static final String SALT = "salt";

    private final MvFile file;
    private final Tables tables;

    /** The amount written per compaction step; files smaller than twice that are not compacted. */
    private final int compactBytes;

    private StateFile(MvFile file, StorageOptions options) {
        this.file = file;
        this.compactBytes = (int) (options.segmentBytes() / 8);
        this.tables = new Tables(file.store(), options.segmentBytes() / 4);
    }

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Creates the file, empty. A crash meanwhile leaves no file. */
    static void create(Disk disk, Path directory, StorageOptions options) throws IOException {
        Path unfinished = directory.resolve(NEW_NAME);
        disk.delete(unfinished);
        StateFile created = openFile(disk, unfinished, options);
        created.file.store().setStoreVersion(FORMAT);
        created.tables.putCounter(SALT, new SecureRandom().nextLong());
        created.file.save();
        created.close();
        disk.rename(unfinished, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    /**
     * Opens the file.
     *
     * @throws CorruptDataException if its format is unknown
     * @throws MVStoreException if it is damaged or cannot be read
     */
    static StateFile open(Disk disk, Path directory, StorageOptions options) throws IOException {
        StateFile opened = openFile(disk, directory.resolve(NAME), options);
        int format = opened.file.store().getStoreVersion();
        if (format != FORMAT) {
            opened.closeImmediately();
            throw new CorruptDataException("The store has format " + format + "; this version reads format " + FORMAT);
        }
        return opened;
    }

    private static StateFile openFile(Disk disk, Path path, StorageOptions options) throws IOException {
        MvFile file = MvFile.open(disk, path, CACHE_MB);
        boolean done = false;
        try {
            StateFile opened = new StateFile(file, options);
            done = true;
            return opened;
        } finally {
            if (!done) {
                file.closeImmediately();
            }
        }
    }

    Tables tables() {
        return tables;
    }

    /** Returns the number of the last log record whose changes are in the tables. */
    long folded() {
        return tables.counter(FOLDED, 0);
    }

    long nextSession() {
        return tables.counter(NEXT_SESSION, 1);
    }

    long nextMessage() {
        return tables.counter(NEXT_MESSAGE, 1);
    }

    /** Returns the value that distinguishes this store's log from others. */
    long salt() {
        return tables.counter(SALT, 0);
    }

    /** Writes a checkpoint, which is on disk when this method returns. */
    void write(Checkpoint checkpoint) {
        // first: if interrupted, the tables contain only smaller numbers
        tables.putCounter(NEXT_SESSION, checkpoint.nextSession());
        tables.putCounter(NEXT_MESSAGE, checkpoint.nextMessage());
        tables.write(checkpoint.pending(), checkpoint.logged() ? file::save : () -> {});
        // last: until then the log is replayed, which is harmless for what the tables already have
        tables.putCounter(FOLDED, checkpoint.sequence());
        file.save();
    }

    /** Reclaims some unused space of the file with a bounded amount of work. Returns whether more may be reclaimable. */
    boolean compact() {
        return file.compact(compactBytes);
    }

    long bytes() {
        return file.bytes();
    }

    /** Returns whether a sync has failed: the contents on disk are then unknown, and reading them back does not tell. */
    boolean syncFailed() {
        return file.syncFailed();
    }

    void close() {
        file.close();
    }

    /** Closes without writing anything. */
    void closeImmediately() {
        file.closeImmediately();
    }
}

package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The MVStore file with the state as of the last checkpoint and the number of the last log record that is in it. After a
 * crash it may also have a part of the next checkpoint: then the log has all of that too. Used by one thread at a time.
 */
final class StateFile {
    static final String NAME = "state.mv";
    static final int FORMAT = 1;

    private static final String NEW_NAME = "state.mv.new";
    private static final int CACHE_MB = 16;

    /** Chunks are rewritten while less of them than this is in use, in percent. */
    private static final int FILL_RATE = 60;

    private static final String FOLDED = "folded";
    private static final String NEXT_SESSION = "nextSession";
    private static final String NEXT_MESSAGE = "nextMessage";
    private static final String SALT = "salt";

    private final MVStore store;
    private final DiskFileStore file;
    private final Tables tables;

    /** How much one turn of compaction writes; files of less than twice that are left alone. */
    private final int compactBytes;

    private StateFile(MVStore store, DiskFileStore file, StorageOptions options) {
        this.store = store;
        this.file = file;
        this.compactBytes = (int) (options.segmentBytes() / 8);
        this.tables = new Tables(store, options.segmentBytes() / 4);
    }

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /** Makes the file, empty. A crash meanwhile leaves none. */
    static void create(Disk disk, Path directory, StorageOptions options) throws IOException {
        Path unfinished = directory.resolve(NEW_NAME);
        disk.delete(unfinished);
        StateFile created = openFile(disk, unfinished, options);
        created.store.setStoreVersion(FORMAT);
        created.tables.putCounter(SALT, new SecureRandom().nextLong());
        created.save();
        created.close();
        disk.rename(unfinished, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    /**
     * Opens the file.
     *
     * @throws CorruptDataException if it is of an unknown format
     * @throws MVStoreException if it is damaged, or cannot be read
     */
    static StateFile open(Disk disk, Path directory, StorageOptions options) throws IOException {
        StateFile opened = openFile(disk, directory.resolve(NAME), options);
        int format = opened.store.getStoreVersion();
        if (format != FORMAT) {
            opened.closeImmediately();
            throw new CorruptDataException("The store has format " + format + "; this version reads format " + FORMAT);
        }
        return opened;
    }

    private static StateFile openFile(Disk disk, Path path, StorageOptions options) throws IOException {
        FileChannel channel = disk.open(path);
        MVStore store = null;
        boolean done = false;
        try {
            DiskFileStore file = new DiskFileStore(channel, path.toString());
            store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(CACHE_MB)
                    .open();
            // every commit is synced before the next one, so that what a commit frees may be used by the next
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            StateFile opened = new StateFile(store, file, options);
            done = true;
            return opened;
        } finally {
            if (!done) {
                if (store != null) {
                    store.closeImmediately();
                }
                channel.close();
            }
        }
    }

    Tables tables() {
        return tables;
    }

    /** The number of the last log record whose changes are in the tables. */
    long folded() {
        return tables.counter(FOLDED, 0);
    }

    long nextSession() {
        return tables.counter(NEXT_SESSION, 1);
    }

    long nextMessage() {
        return tables.counter(NEXT_MESSAGE, 1);
    }

    /** What tells this store's log from others. */
    long salt() {
        return tables.counter(SALT, 0);
    }

    /** Writes a checkpoint; it is on disk when this returns. */
    void write(Checkpoint checkpoint) {
        // first: if this is interrupted, what is in the tables has only numbers below
        tables.putCounter(NEXT_SESSION, checkpoint.nextSession());
        tables.putCounter(NEXT_MESSAGE, checkpoint.nextMessage());
        tables.write(checkpoint.pending(), checkpoint.logged() ? this::save : () -> {});
        // last: until then the log is replayed, which does no harm to what is in the tables already
        tables.putCounter(FOLDED, checkpoint.sequence());
        save();
    }

    private void save() {
        store.commit();
        store.sync();
    }

    /** Gives some unused space of the file back, a bounded amount of work. Returns whether there may be more to do. */
    boolean compact() {
        if (file.size() < 2L * compactBytes) {
            return false;
        }
        boolean rewritten = file.getChunksFillRate() < FILL_RATE && store.compact(FILL_RATE, compactBytes);
        if (rewritten) {
            save();
        }
        return rewritten;
    }

    long bytes() {
        return file.size();
    }

    /** Whether a sync has failed: then nobody knows what is on disk, and reading it again does not tell. */
    boolean syncFailed() {
        return file.syncFailed();
    }

    void close() {
        store.close();
    }

    /** Closes without writing anything. */
    void closeImmediately() {
        store.closeImmediately();
    }
}

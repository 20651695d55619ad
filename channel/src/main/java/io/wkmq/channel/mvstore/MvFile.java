package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/** An MVStore in one file of a {@link Disk}, of which every saved version survives a power loss. Used by one thread at a time. */
public final class MvFile {
    /** Chunks are rewritten while less of them than this is in use, in percent. */
    private static final int FILL_RATE = 60;

    private final MVStore store;
    private final DiskFileStore file;

    private MvFile(MVStore store, DiskFileStore file) {
        this.store = store;
        this.file = file;
    }

    /**
     * Opens the file; makes it if it is not there.
     *
     * @throws org.h2.mvstore.MVStoreException if it is damaged, or cannot be read
     */
    public static MvFile open(Disk disk, Path path, int cacheMb) throws IOException {
        FileChannel channel = disk.open(path);
        boolean done = false;
        try {
            DiskFileStore file = new DiskFileStore(channel, path.toString());
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(cacheMb)
                    .open();
            // every commit is synced before the next one, so that what a commit frees may be used by the next
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            done = true;
            return new MvFile(store, file);
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    /** The maps. */
    public MVStore store() {
        return store;
    }

    /** Makes durable what was changed. */
    public void save() {
        store.commit();
        store.sync();
    }

    /**
     * Gives some unused space of the file back. Returns whether there may be more to do.
     *
     * @param bytes how much it writes at most; files of less than twice that are left alone
     */
    public boolean compact(int bytes) {
        if (file.size() < 2L * bytes) {
            return false;
        }
        boolean rewritten = file.getChunksFillRate() < FILL_RATE && store.compact(FILL_RATE, bytes);
        if (rewritten) {
            save();
        }
        return rewritten;
    }

    /** What the file takes on disk. */
    public long bytes() {
        return file.size();
    }

    /** Whether a sync has failed: then nobody knows what is on disk, and reading it again does not tell. */
    public boolean syncFailed() {
        return file.syncFailed();
    }

    /** Closes the file, with what was not saved yet. */
    public void close() {
        store.close();
    }

    /** Closes without writing anything. */
    public void closeImmediately() {
        store.closeImmediately();
    }
}

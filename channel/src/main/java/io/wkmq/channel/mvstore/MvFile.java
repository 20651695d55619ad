package io.wkmq.channel.mvstore;

import io.wkmq.channel.storage.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/** An MVStore in one file of a {@link Disk}; every saved version survives a power loss. Used by one thread at a time. */
public final class MvFile {
    /** Chunks are rewritten while less than this percentage of them is in use. */
    private static final int FILL_RATE = 60;

    private final MVStore store;
    private final DiskFileStore file;

    private MvFile(MVStore store, DiskFileStore file) {
        this.store = store;
        this.file = file;
    }

    /**
     * Opens the file, creating it if necessary.
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
            // every commit is synced before the next one, so the next one may reuse what it frees
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

    /** Returns the store with the maps. */
    public MVStore store() {
        return store;
    }

    /** Makes all changes durable. */
    public void save() {
        store.commit();
        store.sync();
    }

    /**
     * Reclaims some unused space of the file. Returns whether there may be more to do.
     *
     * @param bytes the maximum number of bytes to write; files of less than twice that size are left alone
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

    /** Returns the size of the file. */
    public long bytes() {
        return file.size();
    }

    /** Returns whether a sync has failed: then it is unknown what is on disk, and rereading it does not tell. */
    public boolean syncFailed() {
        return file.syncFailed();
    }

    /** Saves all changes and closes the file. */
    public void close() {
        store.close();
    }

    /** Closes the file without writing anything. */
    public void closeImmediately() {
        store.closeImmediately();
    }
}

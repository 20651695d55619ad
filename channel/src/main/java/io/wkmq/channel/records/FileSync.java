package io.wkmq.channel.records;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tracks whether a file's content is durable, and syncs it. After a failed sync it is unknown what is on disk, so every later one fails
 * too. Thread-safe; one sync at a time.
 */
final class FileSync {
    private final Path path;
    private volatile boolean synced = true;

    @GuardedBy("this")
    private boolean failed;

    FileSync(Path path) {
        this.path = path;
    }

    /** Reports a change of the file. Call after the change: a sync that starts in between includes it. */
    void changed() {
        synced = false;
    }

    /** Reports that the file was replaced by another one whose content is durable. */
    void replaced() {
        synced = true;
    }

    /**
     * Makes everything written before the call durable. Waits for a sync in progress. Blocks.
     *
     * @param file the file; null if it is closed, and nothing needs to be synced
     * @throws IOException if the sync fails, or one has failed before
     */
    synchronized void sync(@Nullable FileChannel file) throws IOException {
        if (failed) {
            throw new IOException("The file " + path + " could not be synced before: nobody knows what is on disk");
        }
        if (file != null && !synced) {
            synced = true; // set first, so that concurrent writes are synced next time
            failed = true;
            file.force(false);
            failed = false;
        }
    }
}

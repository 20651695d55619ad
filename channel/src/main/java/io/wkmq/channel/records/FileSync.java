package io.wkmq.channel.records;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was written to a file is durable. After a sync that failed nobody knows what is on disk: each later one fails too.
 * Thread-safe; one sync at a time.
 */
final class FileSync {
    private final Path path;
    private volatile boolean synced = true;

    @GuardedBy("this")
    private boolean failed;

    FileSync(Path path) {
        this.path = path;
    }

    /** The file was changed. To be told behind the change: a sync that begins in between has it too. */
    void changed() {
        synced = false;
    }

    /** What was written is durable in another file, which takes the place of this one. */
    void replaced() {
        synced = true;
    }

    /**
     * Makes durable what was written; what is written meanwhile may not be. Who finds that somebody else syncs waits until that is done.
     * Blocks.
     *
     * @param file the file; null if it is closed, and nothing is to be synced
     * @throws IOException if that fails, or has failed before
     */
    synchronized void sync(@Nullable FileChannel file) throws IOException {
        if (failed) {
            throw new IOException("The file " + path + " could not be synced before: nobody knows what is on disk");
        }
        if (file != null && !synced) {
            synced = true; // before, so that what is written meanwhile is synced the next time
            failed = true;
            file.force(false);
            failed = false;
        }
    }
}

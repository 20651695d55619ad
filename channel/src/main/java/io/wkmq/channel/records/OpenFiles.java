package io.wkmq.channel.records;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sees to it that only so many files are open: those that were used last. Thread-safe. */
final class OpenFiles {
    private final int max;

    /** The one that was used longest ago first. */
    @GuardedBy("this")
    private final Map<RecordFile, Boolean> used = new LinkedHashMap<>(16, 0.75f, true);

    OpenFiles(int max) {
        this.max = max;
    }

    /** A file is about to be used; closes another one if there are too many. Not to be called by who keeps a file open. */
    void use(RecordFile file) throws IOException {
        RecordFile oldest = null;
        synchronized (this) {
            used.put(file, true);
            if (used.size() > max) {
                Iterator<RecordFile> files = used.keySet().iterator();
                oldest = files.next();
                files.remove();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** A file is closed, or will be. */
    synchronized void forget(RecordFile file) {
        used.remove(file);
    }
}

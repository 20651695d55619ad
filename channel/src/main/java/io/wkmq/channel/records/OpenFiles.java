package io.wkmq.channel.records;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits the number of open files by closing the least recently used ones. Thread-safe. */
final class OpenFiles {
    private final int max;

    /** The files in use, the least recently used first. */
    @GuardedBy("this")
    private final Map<RecordFile, Boolean> used = new LinkedHashMap<>(16, 0.75f, true);

    OpenFiles(int max) {
        this.max = max;
    }

    /** Marks a file as used; closes another one if there are too many. Must not be called while holding a file open. */
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

    /** Reports that a file is closed, or will be. */
    synchronized void forget(RecordFile file) {
        used.remove(file);
    }
}

package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.file.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the list of {@link RemovedNodes} across restarts. Thread-safe; blocks for the disk. */
final class RemovedFile {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedFile.class);

    private final DurableFile file;
    private final RemovedNodes removed;

    @GuardedBy("this")
    private byte[] written = {};

    @GuardedBy("this")
    private boolean failing;

    RemovedFile(Path path, RemovedNodes removed) {
        this.file = new DurableFile(path);
        this.removed = removed;
    }

    /**
     * Loads the list; a damaged file is set aside.
     *
     * @throws IllegalStateException if the file exists and cannot be read: removed nodes must not come back unnoticed
     */
    synchronized void load() {
        try {
            if (file.exists()) {
                take(file.read());
            }
        } catch (IOException e) {
            throw new IllegalStateException("The file of removed nodes " + file.path() + " cannot be read: " + e, e);
        }
    }

    @GuardedBy("this")
    private void take(byte[] bytes) throws IOException {
        try {
            boolean unused = removed.merge(bytes);
            written = bytes;
        } catch (IllegalArgumentException e) {
            Path aside = file.setAside();
            LOG.warn(
                    "The file of removed nodes is damaged and set aside, other nodes may tell who is removed: {} file={} aside={}",
                    e.getMessage(),
                    file.path(),
                    aside);
        }
    }

    /** Saves the list if it has changed since the last save. Atomic: a crash leaves either the old file or the new one. */
    synchronized void save() {
        byte[] bytes = removed.encode();
        if (bytes == null || Arrays.equals(bytes, written)) {
            return;
        }
        try {
            file.replace(bytes);
            written = bytes;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("Cannot write the file of removed nodes, trying again file={}", file.path(), e);
            }
            failing = true;
        }
    }
}

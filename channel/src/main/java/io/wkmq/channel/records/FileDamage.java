package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs damage of a record file, each kind once per file: readers skip lost records. Thread-safe. */
final class FileDamage {
    private static final Logger LOG = LoggerFactory.getLogger(FileDamage.class);

    private final Path path;

    /** Whether lost records were logged. */
    private final AtomicBoolean lostTold = new AtomicBoolean();

    /** Whether an unreadable part was logged. */
    private final AtomicBoolean unreadableTold = new AtomicBoolean();

    FileDamage(Path path) {
        this.path = path;
    }

    /**
     * Logs that some records are lost or damaged.
     *
     * @param first the first record that the file should have
     * @param until the sequence number after the last record that it should have
     */
    void tellLost(long first, long until) {
        if (lostTold.compareAndSet(false, true)) {
            LOG.error("Channel records are lost or corrupt file={} records={} to={}", path, first, until - 1);
        }
    }

    /** Logs a read error of the disk, if the walk met one. */
    void tellUnreadable(FileWalk walk) {
        IOException failure = walk.failure();
        if (failure != null && unreadableTold.compareAndSet(false, true)) {
            LOG.error("A read error on a file of channel records file={}", path, failure);
        }
    }

    /** Reports that the file was replaced: damage of the new one is logged again. */
    void replaced() {
        lostTold.set(false);
        unreadableTold.set(false);
    }
}

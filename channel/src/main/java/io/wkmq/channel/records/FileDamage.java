package io.wkmq.channel.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what is wrong with a file with records, each once of each file: who reads passes over what is lost. Thread-safe. */
final class FileDamage {
    private static final Logger LOG = LoggerFactory.getLogger(FileDamage.class);

    private final Path path;

    /** Whether it was said that records are lost. */
    private final AtomicBoolean lostTold = new AtomicBoolean();

    /** Whether it was said that the disk cannot read a part. */
    private final AtomicBoolean unreadableTold = new AtomicBoolean();

    FileDamage(Path path) {
        this.path = path;
    }

    /**
     * Some of its records are lost or damaged.
     *
     * @param first the first one that it should have
     * @param until the sequence number behind the last one that it should have
     */
    void tellLost(long first, long until) {
        if (lostTold.compareAndSet(false, true)) {
            LOG.error("Channel records are lost or corrupt file={} records={} to={}", path, first, until - 1);
        }
    }

    /** Says it if the disk could not read a part of what was gone through. */
    void tellUnreadable(FileWalk walk) {
        IOException failure = walk.failure();
        if (failure != null && unreadableTold.compareAndSet(false, true)) {
            LOG.error("A read error on a file of channel records file={}", path, failure);
        }
    }

    /** Another file has taken its place: what is wrong with that is said again. */
    void replaced() {
        lostTold.set(false);
        unreadableTold.set(false);
    }
}

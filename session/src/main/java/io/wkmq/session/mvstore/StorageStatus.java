package io.wkmq.session.mvstore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with the storage, if anything. Thread-safe.
 *
 * <p>Three things can be: it is fenced for good; the disk is full, so that nothing can be written until it has space again;
 * space is low, so that nothing is to be added but what goes on may go on.
 */
final class StorageStatus {
    private static final Logger LOG = LoggerFactory.getLogger(StorageStatus.class);

    private volatile @Nullable String fenced;
    private volatile @Nullable String full;
    private volatile @Nullable String low;

    /** Stops everything until the storage is opened again. The first reason stays. */
    synchronized void fence(String reason, @Nullable Throwable cause) {
        if (fenced == null) {
            fenced = reason;
            LOG.error(
                    "The storage is fenced: nothing is acknowledged as durable any more. Find out what is wrong with the"
                            + " disk, then restart the node reason=\"{}\"",
                    reason,
                    cause);
        }
    }

    /** Why it is fenced, or null. */
    @Nullable
    String fenced() {
        return fenced;
    }

    /** Notes why nothing can be written, or with null that it can again. */
    synchronized void full(@Nullable String reason) {
        if (reason != null && full == null) {
            LOG.error("The disk is full: no durable writes are accepted until space is free reason=\"{}\"", reason);
        } else if (reason == null && full != null) {
            LOG.info("The disk has free space again, storage resumes");
        }
        full = reason;
    }

    @Nullable
    String full() {
        return full;
    }

    /** Notes why nothing may be added, or with null that it may again. */
    synchronized void low(@Nullable String reason) {
        if (reason != null && low == null) {
            LOG.warn("The disk is nearly full: no messages are stored until space is free reason=\"{}\"", reason);
        } else if (reason == null && low != null) {
            LOG.info("Free disk space is above the reserve again, messages are stored again");
        }
        low = reason;
    }

    /** Why nothing may be added now, or null. */
    @Nullable
    String refusal() {
        if (fenced != null) {
            return fenced;
        }
        return full != null ? full : low;
    }
}

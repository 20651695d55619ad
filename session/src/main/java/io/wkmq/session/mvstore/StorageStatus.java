package io.wkmq.session.mvstore;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The error conditions of the storage. Thread-safe.
 *
 * <p>There are three: the storage is fenced for good; the disk is full, so that nothing can be written until there is space;
 * space is low, so that nothing may be added but other changes continue.
 */
final class StorageStatus {
    private static final Logger LOG = LoggerFactory.getLogger(StorageStatus.class);

    private volatile @Nullable String fenced;
    private volatile @Nullable String full;
    private volatile @Nullable String low;

    /** Rejects all writes until the storage is reopened. The first reason is kept. */
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

    /** Returns why it is fenced, or null. */
    @Nullable
    String fenced() {
        return fenced;
    }

    /** Sets the reason why nothing can be written; null if writing is possible again. */
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

    /** Sets the reason why nothing may be added; null if adding is possible again. */
    synchronized void low(@Nullable String reason) {
        if (reason != null && low == null) {
            LOG.warn("The disk is nearly full: no messages are stored until space is free reason=\"{}\"", reason);
        } else if (reason == null && low != null) {
            LOG.info("Free disk space is above the reserve again, messages are stored again");
        }
        low = reason;
    }

    /** Returns why nothing may be added at present, or null. */
    @Nullable
    String refusal() {
        if (fenced != null) {
            return fenced;
        }
        return full != null ? full : low;
    }
}

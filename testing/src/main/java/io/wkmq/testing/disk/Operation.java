package io.wkmq.testing.disk;

/** An operation of {@link SimDisk} that can be made to fail. */
public enum Operation {
    /** Opening a file. */
    OPEN,
    /** Reading from a file. */
    READ,
    /** Writing to a file, or truncating it. */
    WRITE,
    /** Syncing a file. As on Linux, the unsynced writes are then lost for good: later syncs do not write them. */
    SYNC,
    /** Renaming or deleting a file. */
    NAME,
    /** Syncing file names. */
    SYNC_NAMES
}

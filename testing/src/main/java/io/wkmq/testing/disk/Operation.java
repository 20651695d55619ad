package io.wkmq.testing.disk;

/** What can be made to fail. */
public enum Operation {
    /** Opening a file. */
    OPEN,
    /** Reading from a file. */
    READ,
    /** Writing to a file, or cutting it. */
    WRITE,
    /** Syncing a file. Unsynced writes are then lost for good, as on Linux: later syncs do not bring them to the disk. */
    SYNC,
    /** Renaming or deleting a file. */
    NAME,
    /** Syncing the names. */
    SYNC_NAMES
}

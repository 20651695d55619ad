package io.wkmq.session.mvstore;

/** What a completed flush promises. */
public enum Durability {
    /** On disk: survives a power loss. */
    SYNC,
    /** Handed to the operating system, on disk after the sync interval: survives the end of the process. */
    INTERVAL,
    /** Handed to the operating system, on disk when that pleases: survives the end of the process. */
    NONE
}

package io.wkmq.session.mvstore;

/** The guarantee given by a completed flush. */
public enum Durability {
    /** Synced to disk: survives a power failure. */
    SYNC,
    /** Handed to the operating system and synced after the sync interval: survives the death of the process. */
    INTERVAL,
    /** Handed to the operating system, which writes it to disk at its leisure: survives the death of the process. */
    NONE
}

package io.wkmq.channel.registry;

/** The progress of taking over a channel from a standalone node. */
public enum Takeover {
    /** The registry does not know the channel and never did. */
    NONE,
    /** Declared, but not completely imported: it accepts nothing else and cannot be read. */
    COMING,
    /** Completely imported; or deleted after it was, or while it was being imported. */
    DONE
}

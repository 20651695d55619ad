package io.wkmq.channel.registry;

/** How far it is with a channel that a node kept alone. */
public enum Takeover {
    /** It is not in the registry, and was not. */
    NONE,
    /** It is in the registry, but what it has is still to come: it takes nothing else, and nobody reads it. */
    COMING,
    /** It is here with all that it had; or it was, or was coming, and is removed. */
    DONE
}

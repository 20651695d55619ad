package io.wkmq.channel.engine;

import java.io.IOException;

/** Has the replicas of a node. Thread-safe. */
@FunctionalInterface
public interface LogFollowers {
    /**
     * Opens the replica of a group; called once for each, on its loop.
     *
     * @param loop that owns it from now on
     */
    LogFollower follow(int group, EngineLoop loop) throws IOException;

    /** How many groups there are, the registry's too: all of them have to have begun before a node misses nothing; 0 if nobody knows. */
    default int logs() {
        return 0;
    }

    /** Whether what was lost of all of them is not known to be here again: then none counts as {@link LogFollower#whole}. Any thread. */
    default boolean recovering() {
        return false;
    }
}

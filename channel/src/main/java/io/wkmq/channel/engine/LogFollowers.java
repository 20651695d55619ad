package io.wkmq.channel.engine;

import java.io.IOException;

/** Opens the replicas of a node. Thread-safe. */
@FunctionalInterface
public interface LogFollowers {
    /**
     * Opens the replica of a group; called once per group, on its loop.
     *
     * @param loop the loop that owns the replica from now on
     */
    LogFollower follow(int group, EngineLoop loop) throws IOException;

    /**
     * Returns the number of groups including the registry, all of which must have started before a node is known to miss nothing; 0 if
     * unknown.
     */
    default int logs() {
        return 0;
    }

    /**
     * Returns whether data of the groups was lost and is not known to be restored: until it is, no replica counts as
     * {@link LogFollower#whole}. Callable from any thread.
     */
    default boolean recovering() {
        return false;
    }
}

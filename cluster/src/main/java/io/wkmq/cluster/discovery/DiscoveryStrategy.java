package io.wkmq.cluster.discovery;

import java.io.IOException;

/**
 * A way to find other nodes. Called by one thread at a time. Calls may block for some seconds but have time limits of their own. A
 * failure describes its reason to an administrator in the exception's message; the call is repeated later. An interrupt ends a call
 * early where the system allows it.
 *
 * <p>Most strategies only read a directory maintained by others; these have nothing to register and no lock.
 */
public interface DiscoveryStrategy extends AutoCloseable {
    /** Returns the strategy's name in the configuration. */
    String name();

    /** Looks once. */
    Found discover() throws IOException, InterruptedException;

    /**
     * Watches for changes of what {@link #discover} returns, if the directory supports that; looks at intervals happen regardless.
     * Called at most once, before the first look; returns at once.
     *
     * @param changed does not block; may be called by any thread, often, and without an actual change
     */
    default void watch(Runnable changed) {}

    /**
     * Tries to become the only node that founds or joins a cluster right now, so that nodes that start together do not found one
     * each. The lock is released by {@link #unlock}, or expires if this node dies.
     *
     * @return false if another node has the lock; true also if the strategy has no lock, which then excludes nobody
     */
    default boolean lock() throws IOException, InterruptedException {
        return true;
    }

    /** Releases the lock; does nothing if this node does not have it. */
    default void unlock() throws IOException, InterruptedException {}

    /** Registers this node until {@link #unregister}, or until some time after its death. A second call changes nothing. */
    default void register(Announcement self) throws IOException, InterruptedException {}

    /** Undoes {@link #register}; does nothing if that was not called or failed. */
    default void unregister() throws IOException, InterruptedException {}

    /** Releases threads and connections. No call follows it. */
    @Override
    default void close() {}
}

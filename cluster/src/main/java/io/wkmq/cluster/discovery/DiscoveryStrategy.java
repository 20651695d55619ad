package io.wkmq.cluster.discovery;

import java.io.IOException;

/**
 * One way to find other nodes. Called by one thread at a time, which it may block for some seconds, never for ever: each call
 * has time limits of its own. A call that fails says why in the exception's message, in words for an administrator; it is
 * made again later. An interrupt ends a call early where the system allows it.
 *
 * <p>Most strategies read a directory that others keep; these have nothing to register and no lock.
 */
public interface DiscoveryStrategy extends AutoCloseable {
    /** Its name in the configuration. */
    String name();

    /** Looks once. */
    Found discover() throws IOException, InterruptedException;

    /**
     * Has itself told when what {@link #discover} answers may have changed, where a directory says so by itself; looks at intervals are made all the
     * same. Called once at most, before the first look; returns at once.
     *
     * @param changed does not block; may be called by any thread, often, and for nothing
     */
    default void watch(Runnable changed) {}

    /**
     * Tries to become the only node that founds or joins a cluster right now, so that nodes which start together do not found
     * one each. The lock is given back by {@link #unlock}, or by itself after a time if this node dies.
     *
     * @return false if another node has the lock; true also where there is none, and then it keeps nobody out
     */
    default boolean lock() throws IOException, InterruptedException {
        return true;
    }

    /** Gives the lock back; does nothing if this node has none. */
    default void unlock() throws IOException, InterruptedException {}

    /** Makes this node known to others until {@link #unregister}, or for a time after its death. A second call changes nothing. */
    default void register(Announcement self) throws IOException, InterruptedException {}

    /** Takes back what {@link #register} did; does nothing if it was not called or has failed. */
    default void unregister() throws IOException, InterruptedException {}

    /** Ends its threads and connections. No call is made after it. */
    @Override
    default void close() {}
}

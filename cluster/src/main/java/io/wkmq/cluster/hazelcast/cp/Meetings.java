package io.wkmq.cluster.hazelcast.cp;

import org.jspecify.annotations.Nullable;

/**
 * Whether this node is among the members whose logs it follows. Each time it may have come among other nodes, which is called a meeting,
 * that has to be confirmed anew. A node that keeps logs itself, and so follows none, is always confirmed. Thread-safe.
 *
 * @param <E> the engine that the node works with
 */
final class Meetings<E> {
    private static final long NONE = -1;

    private volatile @Nullable Meeting<E> last;

    /** The meeting at which the keepers of the followed logs were found; {@link #NONE} if this node follows none. */
    private volatile long followed = NONE;

    /**
     * The last time that the node may have come among other nodes.
     *
     * @param number the number of meetings so far
     */
    private record Meeting<T>(T engine, long number) {}

    /** Attaches an engine: the first one, or one that was restarted in this process. */
    synchronized void attach(E engine) {
        last = new Meeting<>(engine, number() + 1);
    }

    /**
     * Records that the node may be among other nodes from now on, as after a merge of clusters. Has no effect before an engine is attached.
     */
    synchronized void met() {
        Meeting<E> now = last;
        if (now != null) {
            last = new Meeting<>(now.engine, now.number + 1);
        }
    }

    /** Returns the number of meetings so far. */
    long number() {
        Meeting<E> now = last;
        return now == null ? 0 : now.number;
    }

    /**
     * Records that this node keeps no logs, and that the members whose logs it follows were present at that meeting. An earlier meeting
     * than the current one confirms nothing.
     */
    synchronized void follow(long number) {
        followed = Math.max(followed, number);
    }

    /** Returns whether the members whose logs this node follows are confirmed to be present, or whether it keeps the logs itself. */
    boolean confirmed() {
        return isConfirmed(number());
    }

    private boolean isConfirmed(long number) {
        long at = followed;
        return at == NONE || at == number;
    }

    /**
     * Returns the current engine.
     *
     * @throws IllegalStateException if none was attached yet
     */
    E engine() {
        return current().engine;
    }

    /** Returns the current engine for asking leaders; null while the node may be among other nodes than those whose logs it follows. */
    @Nullable
    E confirmedEngine() {
        Meeting<E> now = current();
        return isConfirmed(now.number) ? now.engine : null;
    }

    private Meeting<E> current() {
        Meeting<E> now = last;
        if (now == null) {
            throw new IllegalStateException("The channels were not given a node yet");
        }
        return now;
    }
}

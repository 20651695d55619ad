package io.wkmq.cluster.hazelcast.cp;

import org.jspecify.annotations.Nullable;

/**
 * Says whether this node is among those whose logs it follows: each time that it may have come among others that is to be found out anew. A node
 * that follows none, for it keeps logs itself, is among the right ones always. Thread-safe.
 *
 * @param <E> what the node works with
 */
final class Meetings<E> {
    private static final long NONE = -1;

    private volatile @Nullable Meeting<E> last;

    /** At which meeting those were found that keep the logs that this node follows; {@link #NONE} if it follows none. */
    private volatile long followed = NONE;

    /**
     * The last time that the node may have come among others.
     *
     * @param number how often that was
     */
    private record Meeting<T>(T engine, long number) {}

    /** Works with that from now on: the first one, or one that was started again in this process. */
    synchronized void attach(E engine) {
        last = new Meeting<>(engine, number() + 1);
    }

    /** The node may be among others from now on, as after a merge of clusters; nothing happens before it works with anything. */
    synchronized void met() {
        Meeting<E> now = last;
        if (now != null) {
            last = new Meeting<>(now.engine, now.number + 1);
        }
    }

    /** How often the node may have come among others. */
    long number() {
        Meeting<E> now = last;
        return now == null ? 0 : now.number;
    }

    /** The node keeps no logs, and those were here at that meeting whose logs it follows; one that is over confirms nothing. */
    synchronized void follow(long number) {
        followed = Math.max(followed, number);
    }

    /** Whether those are here whose logs it follows, or it keeps them itself. */
    boolean confirmed() {
        return isConfirmed(number());
    }

    private boolean isConfirmed(long number) {
        long at = followed;
        return at == NONE || at == number;
    }

    /**
     * What the node works with.
     *
     * @throws IllegalStateException if it was not given anything yet
     */
    E engine() {
        return current().engine;
    }

    /** The same, to ask leaders from; null while the node may be among others than those whose logs it follows. */
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

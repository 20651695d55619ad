package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node wants a place among those that keep the channels. That it waits does not hold any more if it is not said again
 * for {@link #SAID_WITHIN}: who gave up, or has a place, wants none. All times are by {@link System#nanoTime}. Thread-safe.
 */
final class WantedPlace {
    /** A node that wants a place says so again and again, after each question to those that have one. */
    static final Duration SAID_WITHIN = Duration.ofSeconds(15);

    /** How long a node that finds no place waits for one, if nobody asks it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long it waits since it was asked last: longer than it takes to make a place, and to ask again if that failed. */
    static final Duration PATIENCE_ASKED = Duration.ofSeconds(60);

    /** How long it waits at most, whoever asks, if it may do without one: what keeps a place from being made may last for days. */
    static final Duration PATIENCE_MAX = Duration.ofMinutes(5);

    /** Since when there is none; null if there is, or nobody looked. */
    @GuardedBy("this")
    private @Nullable Long fullSinceNanos;

    /** When it was found last that there is none; null if it does not wait. */
    @GuardedBy("this")
    private @Nullable Long saidNanos;

    /** When another node was told last that this one waits. */
    @GuardedBy("this")
    private @Nullable Long askedNanos;

    /** Since when there is one that this node may take; null if it did not find that last. */
    @GuardedBy("this")
    private @Nullable Long freeSinceNanos;

    /** Whether this node takes its own place. */
    @GuardedBy("this")
    private boolean own;

    /**
     * All places are taken. Returns whether this node goes on waiting for one.
     *
     * @param mayFollow whether it may do without one; else it waits for as long as it is asked
     */
    synchronized boolean full(long now, boolean mayFollow) {
        own = false;
        freeSinceNanos = null;
        if (fullSinceNanos == null) {
            fullSinceNanos = now;
        }
        boolean waits = within(PATIENCE, fullSinceNanos, now)
                || (within(PATIENCE_ASKED, askedNanos, now)
                        && (!mayFollow || within(PATIENCE_MAX, fullSinceNanos, now)));
        if (waits) {
            saidNanos = now;
        } else {
            saidNanos = null;
        }
        return waits;
    }

    /** This node makes a place free that was its own, and takes it: so until it is {@link #taken}, or all are, however long that takes. */
    synchronized void takesItsOwn() {
        own = true;
    }

    /** This node is among others, where it has made no place free. */
    synchronized void hasNoneOfItsOwn() {
        own = false;
    }

    /** Whether it takes its own place. */
    synchronized boolean takingItsOwn() {
        return own;
    }

    /**
     * There is a place, which this node is about to take. Others that want it too hear that it waits, so that one of them can be the first.
     * Returns whether it leaves it to them: not for ever, for they may be unable to take it.
     */
    synchronized boolean free(long now) {
        fullSinceNanos = null;
        askedNanos = null;
        saidNanos = now;
        if (freeSinceNanos == null) {
            freeSinceNanos = now;
        }
        return within(PATIENCE, freeSinceNanos, now);
    }

    /** This node has its place. */
    synchronized void taken() {
        fullSinceNanos = null;
        askedNanos = null;
        saidNanos = null;
        freeSinceNanos = null;
        own = false;
    }

    /** What is to be said to a node that asks, as {@link PlaceOp} does. */
    synchronized byte asked(long now) {
        if (own) {
            return PlaceOp.TAKES_ITS_OWN;
        }
        if (within(SAID_WITHIN, saidNanos, now)) {
            askedNanos = fullSinceNanos == null ? null : (Long) now;
            return PlaceOp.WAITS;
        }
        return PlaceOp.NONE;
    }

    private static boolean within(Duration limit, @Nullable Long since, long now) {
        return since != null && now - since < limit.toNanos();
    }
}

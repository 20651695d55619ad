package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node wants a place among the nodes that keep the channels. That it waits lapses unless repeated within {@link #SAID_WITHIN},
 * since a node that gave up or has a place wants none. All times are by {@link System#nanoTime}. Thread-safe.
 */
final class WantedPlace {
    /** How long it holds that this node waits, which is repeated after each question to the members. */
    static final Duration SAID_WITHIN = Duration.ofSeconds(15);

    /** How long a node that finds no place waits for one if nobody asks it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long it waits after it was last asked: longer than it takes to vacate a place, and to ask again if that failed. */
    static final Duration PATIENCE_ASKED = Duration.ofSeconds(60);

    /**
     * The longest wait, however often it is asked, if it may do without a place: what keeps a place from being vacated may last for days.
     */
    static final Duration PATIENCE_MAX = Duration.ofMinutes(5);

    /** Since when all places are taken; null if one is free, or nobody checked. */
    @GuardedBy("this")
    private @Nullable Long fullSinceNanos;

    /** When this node last found that it has to wait; null if it does not wait. */
    @GuardedBy("this")
    private @Nullable Long saidNanos;

    /** When another node was last told that this one waits. */
    @GuardedBy("this")
    private @Nullable Long askedNanos;

    /** Since when there is a free place that this node may take; null if the last check found none. */
    @GuardedBy("this")
    private @Nullable Long freeSinceNanos;

    /** Whether this node is taking back its own place. */
    @GuardedBy("this")
    private boolean own;

    /**
     * Records that all places are taken. Returns whether this node goes on waiting for one.
     *
     * @param mayFollow whether it may do without a place; otherwise it waits for as long as it is asked
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

    /**
     * Records that this node vacates its own former place in order to take it, which holds until it has one ({@link #taken}) or finds all
     * taken, however long that takes.
     */
    synchronized void takesItsOwn() {
        own = true;
    }

    /** Records that this node is among other members, where it has not vacated a place. */
    synchronized void hasNoneOfItsOwn() {
        own = false;
    }

    /** Returns whether this node is taking back its own place. */
    synchronized boolean takingItsOwn() {
        return own;
    }

    /**
     * Records that there is a free place, which this node is about to take. Other nodes that want it learn that this one waits, so that one
     * of them can go first. Returns whether this node lets them go first; not forever, since they may be unable to take it.
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

    /** Records that this node has a place, or no longer wants one. */
    synchronized void taken() {
        fullSinceNanos = null;
        askedNanos = null;
        saidNanos = null;
        freeSinceNanos = null;
        own = false;
    }

    /** Returns what to answer a node that asks, as defined by {@link PlaceOp}. */
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

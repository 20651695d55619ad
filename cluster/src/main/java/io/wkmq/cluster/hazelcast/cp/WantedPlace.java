package io.wkmq.cluster.hazelcast.cp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node wants a place among those that keep the channels. What is not said again for {@link #SAID_WITHIN} does not hold any
 * more: who gave up, or has a place, wants none. All times are by {@link System#nanoTime}. Thread-safe.
 */
final class WantedPlace {
    /** A node that wants a place says so again and again, after each question to those that have one. */
    static final Duration SAID_WITHIN = Duration.ofSeconds(15);

    /** How long a node that finds no place waits for one, if nobody asks it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long it waits since it was asked last: longer than it takes to make a place, and to ask again if that failed. */
    static final Duration PATIENCE_ASKED = Duration.ofSeconds(60);

    /** Since when there is none; null if there is, or nobody looked. */
    @GuardedBy("this")
    private @Nullable Long fullSinceNanos;

    /** When it was found last that there is none; null if it does not wait. */
    @GuardedBy("this")
    private @Nullable Long saidNanos;

    /** When another node was told last that this one waits. */
    @GuardedBy("this")
    private @Nullable Long askedNanos;

    /** When it was said last that this node takes its own place; null if it does not. */
    @GuardedBy("this")
    private @Nullable Long ownNanos;

    /** All places are taken. Returns whether this node goes on waiting for one. */
    synchronized boolean full(long now) {
        ownNanos = null;
        if (fullSinceNanos == null) {
            fullSinceNanos = now;
        }
        boolean waits = within(PATIENCE, fullSinceNanos, now) || within(PATIENCE_ASKED, askedNanos, now);
        if (waits) {
            saidNanos = now;
        } else {
            saidNanos = null;
        }
        return waits;
    }

    /** This node makes a place free that was its own, and takes it. */
    synchronized void takesItsOwn(long now) {
        ownNanos = now;
    }

    /** Whether it does, or did just now. */
    synchronized boolean takingItsOwn(long now) {
        return within(SAID_WITHIN, ownNanos, now);
    }

    /** There is a place: this node may take it, and waits for none. */
    synchronized void free() {
        fullSinceNanos = null;
        saidNanos = null;
        askedNanos = null;
    }

    /** This node has its place. */
    synchronized void taken() {
        free();
        ownNanos = null;
    }

    /** What is to be said to a node that asks, as {@link PlaceOp} does. */
    synchronized byte asked(long now) {
        if (within(SAID_WITHIN, ownNanos, now)) {
            return PlaceOp.TAKES_ITS_OWN;
        }
        if (within(SAID_WITHIN, saidNanos, now)) {
            askedNanos = now;
            return PlaceOp.WAITS;
        }
        return PlaceOp.NONE;
    }

    private static boolean within(Duration limit, @Nullable Long since, long now) {
        return since != null && now - since < limit.toNanos();
    }
}

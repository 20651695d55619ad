package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;

/**
 * The progress of one other node with this node's changes: what was sent to it and what it has confirmed. Sends with a window;
 * after a loss, everything unconfirmed is resent once nothing is in flight. Deterministic: time is passed in. Belongs to one
 * thread.
 */
final class PeerFeed {
    private static final int WINDOW = 8;
    private static final long RETRY_MS = 100;
    private static final long RETRY_MAX_MS = 1_000;
    private static final long NOT_LAGGING = -1;

    private final Peer peer;
    /** The last change the node had when it was last ready; -1 if useless. */
    private long base;

    private long epoch = -1;
    private boolean ready;
    private long applied;
    private long sent;
    private int inFlight;
    private int failures;
    private long retryAtMs;
    private long lagsUntil = NOT_LAGGING;
    private boolean digestInFlight;

    /**
     * Creates a feed that has sent nothing.
     *
     * @param base the last change up to which the node was complete when it left, if it was here before; otherwise -1
     */
    PeerFeed(Peer peer, long base) {
        this.peer = peer;
        this.base = base;
    }

    Peer peer() {
        return peer;
    }

    /** Returns whether a message may be sent now. */
    boolean maySend(long nowMs) {
        return ready && inFlight < WINDOW && nowMs >= retryAtMs;
    }

    /** Returns the change to send next. */
    long next() {
        if (inFlight == 0) {
            sent = applied; // resends what was lost
        }
        return sent + 1;
    }

    /** Records that a message is in flight. */
    void sent(long upTo) {
        sent = upTo;
        inFlight++;
    }

    /** Records an answer to a message. */
    void answered(Applied answer) {
        inFlight--;
        failures = 0;
        retryAtMs = 0;
        learn(answer);
    }

    /** Records that a message was not answered; it may have arrived nevertheless. */
    void unanswered(long nowMs) {
        inFlight--;
        retryAtMs = nowMs + Math.min(RETRY_MAX_MS, RETRY_MS << Math.min(failures++, 8));
    }

    /** Records what the node reports about its progress. Reports may be late and out of order. */
    void learn(Applied now) {
        if (now.replicaIncarnation() != peer.incarnation() || now.epoch() < epoch) {
            return;
        }
        if (now.epoch() > epoch || (now.ready() && !ready)) {
            base = needed(); // the node continues from there unless it starts over
            epoch = now.epoch();
            ready = now.ready();
            applied = now.seq();
            sent = now.seq();
        } else if (now.ready()) {
            applied = Math.max(applied, now.seq());
        }
        if (ready && applied >= lagsUntil) {
            lagsUntil = NOT_LAGGING;
        }
    }

    /** Returns the last change up to which the node is certainly complete; -1 if it does not even have a base. */
    long known() {
        return ready ? applied : -1;
    }

    /** Returns the change after which the node may need all others, now or when it returns; -1 if it needs none. */
    long needed() {
        return ready ? applied : base;
    }

    /** Stops keeping changes before that one for a node that is not ready; it will have to pull instead. */
    void forgetBefore(long oldest) {
        if (!ready && base < oldest) {
            base = -1;
        }
    }

    /** Excludes the node from waits until it has that change, because it has kept callers waiting too long. */
    void lag(long until) {
        lagsUntil = until;
    }

    boolean lagging() {
        return lagsUntil != NOT_LAGGING;
    }

    /** Starts a digest; returns false if one is in flight already. */
    boolean beginDigest() {
        boolean may = !digestInFlight;
        digestInFlight = true;
        return may;
    }

    void endDigest() {
        digestInFlight = false;
    }
}

package io.wkmq.cluster.routes;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;

/**
 * How far one other node is with this node's changes: what was sent to it and what it confirmed. A window of messages is on the
 * way at a time; when one is lost, what is not confirmed goes again once nothing is on the way. Pure: time comes by argument.
 * Belongs to one thread.
 */
final class PeerFeed {
    private static final int WINDOW = 8;
    private static final long RETRY_MS = 100;
    private static final long RETRY_MAX_MS = 1_000;
    private static final long NOT_LAGGING = -1;

    private final Peer peer;
    /** What it had when it was ready last; -1 if that is of no use. */
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
     * Nothing is sent yet.
     *
     * @param base the newest change that the node had with all before it when it went, if it has been here before; else -1
     */
    PeerFeed(Peer peer, long base) {
        this.peer = peer;
        this.base = base;
    }

    Peer peer() {
        return peer;
    }

    /** Whether a message may be sent now. */
    boolean maySend(long nowMs) {
        return ready && inFlight < WINDOW && nowMs >= retryAtMs;
    }

    /** The change to send next. */
    long next() {
        if (inFlight == 0) {
            sent = applied; // what was lost goes again
        }
        return sent + 1;
    }

    /** A message is on the way. */
    void sent(long upTo) {
        sent = upTo;
        inFlight++;
    }

    /** A message was answered. */
    void answered(Applied answer) {
        inFlight--;
        failures = 0;
        retryAtMs = 0;
        learn(answer);
    }

    /** A message was not answered: it may have arrived or not. */
    void unanswered(long nowMs) {
        inFlight--;
        retryAtMs = nowMs + Math.min(RETRY_MAX_MS, RETRY_MS << Math.min(failures++, 8));
    }

    /** The node says how far it is. What it said may come late and in another order. */
    void learn(Applied now) {
        if (now.replicaIncarnation() != peer.incarnation() || now.epoch() < epoch) {
            return;
        }
        if (now.epoch() > epoch || (now.ready() && !ready)) {
            base = needed(); // unless it begins anew it goes on from there
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

    /** The newest change that it certainly has with all before it; -1 if it has not even a base. */
    long known() {
        return ready ? applied : -1;
    }

    /** The changes behind this one it may need, now or when it comes back; -1 if it needs none. */
    long needed() {
        return ready ? applied : base;
    }

    /** No change before this one is kept for it unless it is ready: it has to pull what it lacks. */
    void forgetBefore(long oldest) {
        if (!ready && base < oldest) {
            base = -1;
        }
    }

    /** Nobody waits for it any more until it has that change: it has kept somebody waiting too long. */
    void lag(long until) {
        lagsUntil = until;
    }

    boolean lagging() {
        return lagsUntil != NOT_LAGGING;
    }

    /** One digest at a time; false if one is on the way. */
    boolean beginDigest() {
        boolean may = !digestInFlight;
        digestInFlight = true;
        return may;
    }

    void endDigest() {
        digestInFlight = false;
    }
}

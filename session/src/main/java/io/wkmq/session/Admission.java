package io.wkmq.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes the CONNECTs of one shard's clients: each first claims the client's session from the directory; those of one client
 * are processed one at a time in order of arrival. Confined to the shard's thread. If another node has the session, the CONNECT
 * waits until the session has arrived or the wait times out.
 *
 * <p>A client whose former session is still being deleted from the store gets no new session before that is done: a turn or two
 * of the event loop later, or once the store has what that session still waits for. A new durable session is confirmed once it
 * is stored, or storing it has failed: whatever the client has been told of exists after a crash.
 */
final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    /** Greater than every epoch: while a claim is in progress, only the directory can refuse it. */
    private static final long NOT_CLAIMED = Long.MAX_VALUE;

    private final Shard shard;
    private final SessionDirectory directory;
    private final Map<String, Attempt> claiming = new HashMap<>();
    private final Set<String> leaving = new HashSet<>();

    Admission(Shard shard, SessionDirectory directory) {
        this.shard = shard;
        this.directory = directory;
    }

    /** The event an attempt waits for after its claim. */
    private enum Waits {
        /** The client's former session leaves the store. */
        FOR_FORMER_SESSION,
        /** The client's session arrives from another node. */
        FOR_ARRIVAL,
        /** The new session is stored. */
        FOR_STORE
    }

    private static final class Attempt {
        private final ConnectRequest request;
        private final ClientLink link;
        private final ConnectCallback callback;
        private @Nullable Attempt next;
        private @Nullable Waits waits; // null while not waiting
        private long epoch = NOT_CLAIMED; // of its claim, once granted
        private boolean lost; // another node has a newer claim
        private boolean stale; // this node had an older session when the other node's was offered
        private boolean opened; // the session was opened and takes care of its will
        private @Nullable Arrival arrival;

        Attempt(ConnectRequest request, ClientLink link, ConnectCallback callback) {
            this.request = request;
            this.link = link;
            this.callback = callback;
        }
    }

    /** Returns whether a CONNECT of the client is in progress. */
    boolean claiming(String clientId) {
        return claiming.containsKey(clientId);
    }

    /** Reports to a new directory the claims that have no session yet. */
    void tell(SessionDirectory told) {
        claiming.forEach((clientId, attempt) -> {
            if (attempt.epoch != NOT_CLAIMED && shard.find(clientId) == null) {
                told.restored(clientId, attempt.epoch, false);
            }
        });
    }

    void connect(ConnectRequest request, ClientLink link, ConnectCallback callback) {
        Attempt attempt = new Attempt(request, link, callback);
        Attempt first = claiming.get(request.clientId());
        if (first == null) {
            claiming.put(request.clientId(), attempt);
            claim(attempt);
            return;
        }
        // One attempt may wait behind the one in progress; a newer one replaces it: the last one wins.
        Attempt overtaken = first.next;
        first.next = attempt;
        if (overtaken != null) {
            overtaken.callback.refused(ReasonCode.SERVER_BUSY, "another connection of the client id came meanwhile");
        }
    }

    private void claim(Attempt attempt) {
        ConnectRequest request = attempt.request;
        Will will = request.will();
        long delaySeconds = will == null ? 0 : Math.min(will.delaySeconds(), expirySeconds(request));
        CompletionStage<Claimed> claim;
        try {
            claim = directory.claim(request.clientId(), !request.cleanStart(), will, delaySeconds);
        } catch (RuntimeException e) {
            claim = CompletableFuture.failedFuture(e); // a bug there must not shut this client out for ever
        }
        claim.whenComplete((claimed, failure) -> {
            if (shard.here()) {
                claimed(attempt, claimed, failure);
            } else {
                shard.mailbox().post(() -> claimed(attempt, claimed, failure));
            }
        });
    }

    private long expirySeconds(ConnectRequest request) {
        return Math.min(request.expirySeconds(), shard.config().expiryMaxSeconds());
    }

    /** Yields to another node's newer claim: ends whatever this node holds under an older one. */
    void giveUp(String clientId, long epoch) {
        loseAttempt(clientId, epoch);
        Session session = shard.find(clientId);
        if (session != null && session.lifetime().epoch() <= epoch && !shard.closed()) {
            session.lifetime().giveUp();
        }
    }

    /** Like {@link #giveUp}, but for a session that may move; see {@link SessionMoves#freeze}. */
    long freeze(String clientId, long epoch) {
        Attempt attempt = claiming.get(clientId);
        boolean unconfirmed = attempt != null && attempt.waits == Waits.FOR_STORE;
        loseAttempt(clientId, epoch);
        Session session = shard.find(clientId);
        if (session == null
                || session.lifetime().epoch() > epoch
                || shard.closed()) { // a stopping node's sessions are settled after its restart
            return 0;
        }
        if (session.expirySeconds() == 0
                || unconfirmed) { // a new session must not take the place of one that the client knows
            session.lifetime().end(ReasonCode.SESSION_TAKEN_OVER);
            return 0;
        }
        session.lifetime().freeze(epoch);
        return Math.max(1, session.lifetime().epoch());
    }

    /**
     * Like {@link #giveUp}, but another node has the session of the given epoch completely. Returns whether the next flush
     * makes the store forget it too.
     */
    boolean forget(String clientId, long claim, long epoch) {
        loseAttempt(clientId, claim);
        if (shard.closed() || leaving.contains(clientId)) {
            return false;
        }
        Session session = shard.find(clientId);
        if (session == null) {
            shard.journal().remove(clientId); // an earlier attempt of the store may have failed
        } else if (session.lifetime().epoch() <= epoch) {
            session.lifetime().forgetQuietly();
        }
        return !leaving.contains(clientId);
    }

    private void loseAttempt(String clientId, long epoch) {
        Attempt attempt = claiming.get(clientId);
        if (attempt != null && attempt.epoch <= epoch) {
            boolean again = attempt.lost;
            attempt.lost = true;
            if (attempt.waits == Waits.FOR_ARRIVAL && attempt.arrival != null) {
                attempt.arrival.abandon();
                proceed(attempt, () -> refuseTaken(attempt));
            } else if (attempt.waits == Waits.FOR_STORE && !again) {
                refuseTaken(attempt); // before its session ends and closes the connection without a CONNACK
            }
        }
    }

    /** Records that the client's session is being deleted from the store; {@link #left} follows. */
    void leaving(String clientId) {
        leaving.add(clientId);
    }

    /** Returns whether a session of the client is being deleted from the store. */
    boolean isLeaving(String clientId) {
        return leaving.contains(clientId);
    }

    /** Records that the client's session has been deleted from the store. */
    void left(String clientId) {
        leaving.remove(clientId);
        Attempt attempt = claiming.get(clientId);
        if (attempt != null && attempt.waits == Waits.FOR_FORMER_SESSION) {
            proceed(attempt, () -> admit(attempt, null));
        }
    }

    private void claimed(Attempt attempt, @Nullable Claimed claimed, @Nullable Throwable failure) {
        if (claimed != null) {
            attempt.epoch = claimed.epoch();
        }
        SessionOffer offer = claimed == null ? null : claimed.offer();
        proceed(attempt, () -> {
            if (offer == null || !brought(attempt, offer)) {
                admit(attempt, failure);
            }
        });
    }

    /** Starts the transfer of an offered session; returns false if it is of no use. */
    private boolean brought(Attempt attempt, SessionOffer offer) {
        String clientId = attempt.request.clientId();
        Session stale = shard.find(clientId);
        if (shard.closed() || attempt.lost) {
            return false; // without telling the other node that it may end the session
        }
        if (stale != null && stale.lifetime().epoch() >= offer.epoch()) {
            offer.decline();
            return false;
        }
        attempt.stale = stale != null; // kept until the other one has arrived
        attempt.waits = Waits.FOR_ARRIVAL;
        attempt.arrival = new Arrival(shard, clientId, attempt.epoch, new Arrival.Outcome() {
            @Override
            public void arrived(Session session) {
                proceed(attempt, () -> admit(attempt, null));
            }

            @Override
            public void failed(@Nullable ReasonCode refusal, String reason) {
                if (refusal == null) {
                    log.warn(
                            "A client gets a new session because its own did not arrive, client={}: {}",
                            clientId,
                            reason);
                    proceed(attempt, () -> admit(attempt, null));
                } else {
                    proceed(attempt, () -> attempt.callback.refused(refusal, reason));
                }
            }
        });
        offer.accept(attempt.arrival);
        return true;
    }

    /** Runs a step of an attempt; starts the next attempt unless this one has to wait. */
    private void proceed(Attempt attempt, Runnable step) {
        attempt.waits = null;
        try {
            step.run();
        } catch (RuntimeException e) {
            // If rethrown, it would vanish in the calling future, and the next attempt would never start.
            log.error("Cannot open a connection, client={}", attempt.request.clientId(), e);
            if (attempt.waits == Waits.FOR_ARRIVAL && attempt.arrival != null) {
                attempt.arrival.abandon(); // may have been accepted before the failure
            }
            attempt.waits = null;
            Session session = shard.find(attempt.request.clientId());
            if (session != null) {
                session.disconnected(attempt.link, DisconnectCause.LOST);
            }
            attempt.link.close(ReasonCode.UNSPECIFIED_ERROR, null);
        }
        if (attempt.waits == null) {
            next(attempt);
        }
    }

    private void admit(Attempt attempt, @Nullable Throwable failure) {
        if (shard.closed()) {
            attempt.callback.refused(ReasonCode.SERVER_SHUTTING_DOWN, "the node is shutting down");
        } else if (attempt.lost || failure instanceof TakenElsewhereException) {
            refuseTaken(attempt);
        } else if (failure != null) {
            log.warn("Cannot get the session of a client, client={}", attempt.request.clientId(), failure);
            attempt.callback.refused(
                    ReasonCode.SERVER_UNAVAILABLE, "the session is not to be had now: " + failure.getMessage());
        } else {
            open(attempt);
        }
    }

    private static void refuseTaken(Attempt attempt) {
        attempt.lost = true;
        attempt.callback.refused(
                ReasonCode.SERVER_BUSY, "another connection of the client id came meanwhile, to another node");
    }

    private void next(Attempt attempt) {
        String clientId = attempt.request.clientId();
        Attempt next = attempt.next;
        if (next == null) {
            claiming.remove(clientId);
        } else {
            claiming.put(clientId, next);
        }
        try {
            conclude(attempt);
        } catch (RuntimeException e) {
            log.error("Cannot report the outcome of a CONNECT to the session directory, client={}", clientId, e);
        }
        if (next != null) {
            next.stale = attempt.stale && !attempt.lost;
            claim(next);
        }
    }

    /** Reports the outcome of an attempt to the directory, and that of its claim if no other attempt follows. */
    private void conclude(Attempt attempt) {
        String clientId = attempt.request.clientId();
        if (!attempt.opened && attempt.epoch != NOT_CLAIMED && attempt.request.will() != null) {
            directory.guard(clientId, attempt.epoch, null, 0);
        }
        if (attempt.next != null) {
            return;
        }
        Session session = shard.find(clientId);
        if (session == null) {
            directory.release(clientId);
        } else if (attempt.stale && !attempt.lost) {
            // The other session has not arrived: this one continues under its own claim.
            session.lifetime().stays();
        }
    }

    private void open(Attempt attempt) {
        ConnectRequest request = attempt.request;
        Session session = shard.find(request.clientId());
        boolean present = session != null
                && !request.cleanStart()
                && session.expirySeconds() > 0
                && !session.lifetime().overdue();
        if (session != null && present) {
            session.lifetime().giveWay();
        } else {
            if (session != null) {
                session.lifetime().end(ReasonCode.SESSION_TAKEN_OVER);
            }
            if (leaving.contains(request.clientId())) {
                attempt.waits = Waits.FOR_FORMER_SESSION;
                return;
            }
            session = create(request);
        }
        if (session == null) {
            attempt.callback.refused(
                    ReasonCode.QUOTA_EXCEEDED,
                    "the node keeps " + shard.config().maxSessions() + " sessions, which is the limit");
            return;
        }
        session.connect(request, attempt.link, present, attempt.epoch);
        attempt.opened = true; // last: if connect fails, the will proposed with the claim is void
        if (session.durable() && !present) {
            attempt.waits = Waits.FOR_STORE;
            Session made = session;
            shard.journal().await(storeFailure -> proceed(attempt, () -> opened(attempt, made, false)));
        } else {
            opened(attempt, session, present);
        }
    }

    private static void opened(Attempt attempt, Session session, boolean present) {
        if (attempt.lost) {
            return; // refused when it was lost
        }
        attempt.callback.connected(session, present);
        session.outbound().resume(attempt.link);
    }

    private @Nullable Session create(ConnectRequest request) {
        if (!shard.admitSession()) {
            return null;
        }
        Session session = new Session(
                shard, request.clientId(), request.userName(), shard.clock().millis());
        shard.add(session);
        return session;
    }

    /** Handles the end of the client's session on this node. */
    void ended(String clientId) {
        if (!claiming(clientId)) {
            directory.release(clientId);
        }
    }
}

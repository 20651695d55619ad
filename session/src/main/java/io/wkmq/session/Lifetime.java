package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The life of a session: from its first connection through absences until it expires or is ended. Also keeps what depends on
 * that: the claim under which the session is held, and the publication of its will. Confined to the session's shard.
 *
 * <p>Timers are suspended while the fate of the session is undecided: after a restart until all sessions are restored, and
 * while another node is to get it.
 */
final class Lifetime {
    private final Session session;
    private final long createdAtMs;
    private @Nullable SessionWill will; // set once its client has given one
    private @Nullable Absence absence; // set while there is no connection
    private @Nullable Leaving leaving; // set once another node was to get it
    private long connectedAtMs;
    private long expirySeconds;
    private long epoch; // of the claim under which it was last opened
    private boolean ended;

    Lifetime(Session session, long createdAtMs) {
        this.session = session;
        this.createdAtMs = createdAtMs;
    }

    long createdAtMs() {
        return createdAtMs;
    }

    /** Returns when its last connection began; 0 if there was none since the node started. */
    long connectedAtMs() {
        return connectedAtMs;
    }

    /** Returns when its connection ended; 0 while connected. */
    long absentSinceMs() {
        return absence == null ? 0 : absence.sinceMs();
    }

    /** Returns how long the session outlives its connection. */
    long expirySeconds() {
        return expirySeconds;
    }

    /** Returns whether the session is to be stored: it outlives its connection and there is a store. */
    boolean maySurviveNode() {
        return expirySeconds > 0 && shard().keeps();
    }

    /** Returns the epoch of the claim under which it was last opened. */
    long epoch() {
        return epoch;
    }

    boolean ended() {
        return ended;
    }

    /** Returns the state of its move; null if none was started since its client was last here. */
    @Nullable
    Leaving leaving() {
        return leaving;
    }

    /** Returns whether its timers are suspended because another node is to get it. */
    boolean frozen() {
        return leaving != null && leaving.frozen();
    }

    private boolean mayBeElsewhere() {
        return leaving != null && leaving.sent();
    }

    /** Starts a connection under the given claim; its will is reported to the directory by {@link #guardWill}. */
    void connect(ConnectRequest request, long claimedUnder) {
        Will asked = request.will();
        epoch = claimedUnder;
        will = asked == null ? null : new SessionWill(session, asked);
        expirySeconds = allowed(request.expirySeconds());
        connectedAtMs = nowMs();
    }

    /** Makes way for another connection that resumes the session: ends the current connection or absence. */
    void giveWay() {
        closeTakenOver();
        if (absence != null) {
            absence.cancel();
            absence = null;
        }
        leaving = null;
        dropWill(); // [MQTT-3.1.3-9]
    }

    private void closeTakenOver() {
        if (session.closeTakenOver() && willDelaySeconds() == 0) {
            publishWill();
        }
    }

    /** Applies what the client said when it disconnected, if anything, to its will and its expiry. */
    void disconnected(DisconnectCause cause) {
        if (!cause.publishWill()) {
            dropWill(); // [MQTT-3.14.4-3]
        }
        if (cause.expirySeconds() != DisconnectCause.UNCHANGED && expirySeconds > 0) {
            expirySeconds = allowed(cause.expirySeconds());
        }
    }

    /** Starts an absence now. */
    void absent() {
        absent(nowMs());
    }

    private void absent(long sinceMs) {
        if (willDelaySeconds() == 0) {
            publishWill();
        }
        absence = new Absence(this, shard(), sinceMs, willDelaySeconds());
        absence.arm();
    }

    /**
     * Handles the end of the will delay while the session continues. If another node may have the session, the will is dropped,
     * as the client may be back there.
     */
    void willDue() {
        if (mayBeElsewhere()) {
            dropWill();
        } else {
            publishWill();
        }
        session.store();
    }

    /** Handles the expiry of the session. */
    void expired() {
        if (mayBeElsewhere()) {
            forgetQuietly();
        } else {
            end(ReasonCode.SUCCESS);
        }
    }

    /** Returns whether it has expired while the fate of its will is undecided, which delays its end. */
    boolean overdue() {
        return willHeld() && absence != null && absence.over();
    }

    /** Ends the session; a connected client is given the reason. */
    void end(ReasonCode reason) {
        if (ended) {
            return;
        }
        ended = true;
        session.closeConnection(reason);
        leaveRoutes();
        publishWill(); // the end of the session cuts the will delay short [MQTT-3.1.2-8]
        session.outbound().end();
        remove();
    }

    /** Ends the session because another node has the client; silently if that node may have the session itself. */
    void giveUp() {
        if (willHeld()) {
            dropWill(); // its client has connected since
        }
        if (mayBeElsewhere()) {
            forgetQuietly();
        } else {
            end(ReasonCode.SESSION_TAKEN_OVER);
        }
    }

    /** Silently ends the session because another node has it. Share group messages received since it was sent go to other members. */
    void forgetQuietly() {
        if (ended) {
            return;
        }
        closeTakenOver(); // connected only if its client came back meanwhile, claimed under a lagging clock
        leaveRoutes();
        dropWill();
        session.outbound().forgetAll(leaving == null || leaving.sentUpTo() < 0 ? Long.MAX_VALUE : leaving.sentUpTo());
        remove();
    }

    private void remove() {
        shard().remove(session);
        session.forget();
        shard().admission().ended(session.clientId());
    }

    /** Ends a session arriving from another node that has not {@link Session#arrived}. */
    void discard() {
        leaveRoutes();
        session.outbound().end();
        shard().dismissSession();
    }

    private void leaveRoutes() {
        ended = true;
        if (absence != null) {
            absence.cancel();
        }
        session.leaveRoutes();
    }

    /** Closes the connection and suspends the timers for the node with the given claim. */
    void freeze(long claim) {
        closeTakenOver();
        Absence stopped = absence;
        if (stopped == null) {
            stopped = new Absence(this, shard(), nowMs(), willDelaySeconds());
            absence = stopped;
            session.store();
        }
        stopped.cancel();
        if (leaving == null) {
            leaving = new Leaving(session);
        }
        leaving.freeze(claim, session.outbound().sequence());
        shard().mayFollow(session);
    }

    /** Resumes the timers that were suspended for another node. */
    void thaw() {
        if (absence != null && leaving != null && leaving.frozen()) {
            leaving.thaw();
            absence.arm();
        }
    }

    /** Continues because the session that was to replace it has not arrived. A node that may have a copy may still have it. */
    void stays() {
        SessionDirectory directory = shard().directory();
        thaw();
        directory.stays(session.clientId(), epoch);
        tellWill(directory);
    }

    /** Prepares a session that is arriving from another node under the given claim. */
    void arriving(long expiry, long claim) {
        expirySeconds = allowed(expiry);
        epoch = claim;
    }

    /** Completes the arrival; timers stay suspended until the session is opened or {@link #notOpened}. */
    void arrived() {
        absence = new Absence(this, shard(), nowMs(), -1);
    }

    /** Starts the absence of a session that has {@link #arrived} but is not opened, because its CONNECT no longer waits. */
    void notOpened() {
        if (absence != null && !ended) {
            absence.arm();
        }
    }

    /** Restores the stored state after a restart; timers stay suspended until {@link #restored}. */
    void restore(StoredSession stored) {
        Will kept = stored.will();
        will = kept == null ? null : new SessionWill(session, kept);
        expirySeconds = stored.expirySeconds();
        epoch = stored.epoch();
        leaving = stored.sentUpTo() < 0 ? null : Leaving.restored(session, stored.sentUpTo(), stored.mayBeElsewhere());
        long sinceMs = stored.disconnectedAtMs() == 0 ? nowMs() : stored.disconnectedAtMs();
        absence = new Absence(this, shard(), sinceMs, willDelaySeconds());
    }

    /**
     * Completes the restoration: continues the absence, or starts one if the node died during a connection. Another node may
     * have claimed the client, or be about to, before all shards were ready.
     */
    void restored(StoredSession stored) {
        if (ended || absence == null) {
            return;
        }
        SessionWill kept = will;
        if (kept != null && kept.content() != null) {
            kept.reclaim();
        } else {
            goOnAbsent();
        }
        if (stored.disconnectedAtMs() == 0 || will() == null) { // the will may be decided by now
            session.store();
        }
    }

    /** Continues once the fate of a restored will is decided: resumes the timers suspended for that. */
    void willDecided() {
        if (!ended) {
            goOnAbsent();
            guardWill();
            session.store();
        }
    }

    private void goOnAbsent() {
        if (absence != null && !frozen()) {
            absence.cancel();
            absent(absence.sinceMs());
        }
    }

    /** Returns the session's own record for the store. */
    StoredSession toStore() {
        return new StoredSession(
                session.clientId(),
                session.userName(),
                createdAtMs,
                expirySeconds,
                absentSinceMs(),
                will(),
                epoch,
                leaving == null ? -1 : leaving.sentUpTo(),
                mayBeElsewhere());
    }

    /** Reports the session and its will to a new directory. */
    void tell(SessionDirectory directory) {
        tellRestored(directory);
        tellWill(directory);
    }

    /** Reports to a directory that this node has the session, and whether another node may have it too. */
    void tellRestored(SessionDirectory directory) {
        directory.restored(session.clientId(), epoch, mayBeElsewhere());
    }

    private void tellWill(SessionDirectory directory) {
        if (will != null) {
            will.tell(directory);
        }
    }

    /** Reports to the directory the will, or that there is none any more. */
    void guardWill() {
        if (will != null) {
            will.guard();
        }
    }

    private @Nullable Will will() {
        return will == null ? null : will.content();
    }

    private long willDelaySeconds() {
        return will == null ? -1 : will.delaySeconds();
    }

    private boolean willHeld() {
        return will != null && will.held();
    }

    private void publishWill() {
        if (will != null) {
            will.publish();
        }
    }

    private void dropWill() {
        if (will != null) {
            will.drop();
        }
    }

    private long allowed(long asked) {
        return Math.min(asked, shard().config().expiryMaxSeconds());
    }

    private long nowMs() {
        return shard().clock().millis();
    }

    private Shard shard() {
        return session.shard();
    }
}

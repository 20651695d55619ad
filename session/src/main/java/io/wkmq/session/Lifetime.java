package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * How long a session lasts: from its first connection on, through absences, until its client's absence is too long, or somebody ends it.
 * Knows also what hangs on that: whose the session is, and when its will is published. Belongs to the session's shard.
 *
 * <p>Time stands still while it is not known what becomes of the session: after a restart until all sessions are back, and for one that
 * another node is to have.
 */
final class Lifetime {
    private final Session session;
    private final long createdAtMs;
    private @Nullable SessionWill will; // since its client has given one
    private @Nullable Absence absence; // without a connection
    private @Nullable Leaving leaving; // once another node was to have it
    private long connectedAtMs;
    private long expirySeconds;
    private long epoch; // of the claim that it was last opened under
    private boolean ended;

    Lifetime(Session session, long createdAtMs) {
        this.session = session;
        this.createdAtMs = createdAtMs;
    }

    long createdAtMs() {
        return createdAtMs;
    }

    /** When its last connection began; 0 if there was none since the start of the node. */
    long connectedAtMs() {
        return connectedAtMs;
    }

    /** When its connection ended; 0 if it has one. */
    long absentSinceMs() {
        return absence == null ? 0 : absence.sinceMs();
    }

    /** How long the session outlives its connection. */
    long expirySeconds() {
        return expirySeconds;
    }

    /** Whether it outlives its connection, and there is a store, so that it is to be stored. */
    boolean maySurviveNode() {
        return expirySeconds > 0 && shard().keeps();
    }

    /** Of the claim that it was last opened under. */
    long epoch() {
        return epoch;
    }

    boolean ended() {
        return ended;
    }

    /** What another node has to do with it, if one was to have it since its client was here. */
    @Nullable
    Leaving leaving() {
        return leaving;
    }

    /** Whether its time stands still because another node is to have it. */
    boolean frozen() {
        return leaving != null && leaving.frozen();
    }

    private boolean mayBeElsewhere() {
        return leaving != null && leaving.sent();
    }

    /** A connection begins, under that claim; the directory does not hear of its will before {@link #guardWill}. */
    void connect(ConnectRequest request, long claimedUnder) {
        Will asked = request.will();
        epoch = claimedUnder;
        will = asked == null ? null : new SessionWill(session, asked);
        expirySeconds = allowed(request.expirySeconds());
        connectedAtMs = nowMs();
    }

    /** Another connection resumes the session: ends the one it has, if any, or its absence. */
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

    /** The connection has ended: what its client has said then counts. */
    void disconnected(DisconnectCause cause) {
        if (!cause.publishWill()) {
            dropWill(); // [MQTT-3.14.4-3]
        }
        if (cause.expirySeconds() != DisconnectCause.UNCHANGED && expirySeconds > 0) {
            expirySeconds = allowed(cause.expirySeconds());
        }
    }

    /** Its client's absence begins now. */
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

    /** The will's delay is over, the session goes on; if another node may have it the client may be back there. */
    void willDue() {
        if (mayBeElsewhere()) {
            dropWill();
        } else {
            publishWill();
        }
        session.store();
    }

    /** Its time is over. */
    void expired() {
        if (mayBeElsewhere()) {
            forgetQuietly();
        } else {
            end(ReasonCode.SUCCESS);
        }
    }

    /** Whether its time was over while it is not known yet whose its will is: that is waited for before it ends. */
    boolean overdue() {
        return willHeld() && absence != null && absence.over();
    }

    /** Ends the session; its client, if connected, gets the reason. */
    void end(ReasonCode reason) {
        if (ended) {
            return;
        }
        ended = true;
        session.closeConnection(reason);
        leaveRoutes();
        publishWill(); // the session's end cuts its delay short [MQTT-3.1.2-8]
        session.outbound().end();
        remove();
    }

    /** Another node has the client: ends it, without a word to anybody if it was given to another node. */
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

    /** Ends it without a word to anybody: another node has it. What share groups have given it since goes to other members. */
    void forgetQuietly() {
        if (ended) {
            return;
        }
        closeTakenOver(); // its client has come back meanwhile, by a clock that is behind
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

    /** Ends one that comes from another node and has not {@link Session#arrived}. */
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

    /** Ends its connection and stops its time: another node, which has that claim, is to have it. */
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

    /** Its time, which stood still for another node, goes on. */
    void thaw() {
        if (absence != null && leaving != null && leaving.frozen()) {
            leaving.thaw();
            absence.arm();
        }
    }

    /** Goes on, for the one that was to come in its place has not. Who may have it may have it still. */
    void stays() {
        SessionDirectory directory = shard().directory();
        thaw();
        directory.stays(session.clientId(), epoch);
        tellWill(directory);
    }

    /** It is about to come from another node, under that claim. */
    void arriving(long expiry, long claim) {
        expirySeconds = allowed(expiry);
        epoch = claim;
    }

    /** It has come: its time stands still until it is opened, or {@link #notOpened}. */
    void arrived() {
        absence = new Absence(this, shard(), nowMs(), -1);
    }

    /** One that has {@link #arrived} is not opened for the CONNECT that it has come for: its time goes on. */
    void notOpened() {
        if (absence != null && !ended) {
            absence.arm();
        }
    }

    /** Takes back what was stored before a restart; time stands still until all is {@link #restored}. */
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
     * Everything of the session is back: its absence goes on, or begins if the node ended in the middle of a connection. Another node may
     * have the client, or be about to get it, and have said so before all shards were ready.
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
        if (stored.disconnectedAtMs() == 0 || will() == null) { // it may be decided by now
            session.store();
        }
    }

    /** Whose the will is that was kept over a restart is known: its time, which stood still for that, goes on. */
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

    /** What a restart must know of the session itself. */
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

    /** Tells a directory that has not been told of it. */
    void tell(SessionDirectory directory) {
        tellRestored(directory);
        tellWill(directory);
    }

    /** Tells a directory that it is here, and whether another node may have it too. */
    void tellRestored(SessionDirectory directory) {
        directory.restored(session.clientId(), epoch, mayBeElsewhere());
    }

    private void tellWill(SessionDirectory directory) {
        if (will != null) {
            will.tell(directory);
        }
    }

    /** Tells the directory of the will, or that there is none any more. */
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

package io.wkmq.session;

/**
 * What another node has to do with a session: it is to have it, or may have it by now. Belongs to the session's shard. Only a session that
 * was frozen since its client was here has one. What the session gets while it is frozen it goes on to gather.
 */
final class Leaving {
    private final Session session;
    private long claim; // of the node that is to have it; 0 for none
    private long frozenAfter; // the sequence number of the last delivery before
    private long listedUpTo; // the sequence number of the last delivery that was told of
    private long sentUpTo = -1; // the same, once all that was listed was sent
    private boolean sent; // and the other node may have it

    Leaving(Session session) {
        this.session = session;
    }

    /** One that was sent before a restart; {@code sent} if the other node may have it still. */
    static Leaving restored(Session session, long sentUpTo, boolean sent) {
        Leaving leaving = new Leaving(session);
        leaving.sentUpTo = sentUpTo;
        leaving.sent = sent;
        return leaving;
    }

    /**
     * Another node is to have it.
     *
     * @param sequence of the last delivery
     */
    void freeze(long forClaim, long sequence) {
        if (claim == 0) {
            frozenAfter = sequence;
        }
        claim = forClaim;
    }

    boolean frozenFor(long forClaim) {
        return claim == forClaim;
    }

    boolean frozen() {
        return claim != 0;
    }

    /** It goes on here; another node may have it all the same. */
    void thaw() {
        claim = 0;
    }

    /** The session without its messages. */
    MovedSession described() {
        return new MovedSession(
                session.clientId(),
                session.userName(),
                session.lifetime().createdAtMs(),
                session.lifetime().expirySeconds(),
                session.subscriptions().list());
    }

    /** Whether nothing of what its client sent, and nothing that it has given to others, is on its way within the node. */
    boolean settled() {
        return nothingGivenAway() && session.inbound().settled();
    }

    /** Whether nothing that it has given to other members of share groups is on its way to them. */
    boolean nothingGivenAway() {
        return session.outbound().settled();
    }

    /** What it owes and knows, once it is settled. What share groups give it from now on it gives to others in the end. */
    MovedMessages list() {
        Outbound outbound = session.outbound();
        listedUpTo = outbound.sequence();
        return new MovedMessages(outbound.owed(frozenAfter), session.inbound().packetIds());
    }

    /** All that was listed is about to be sent. */
    void send() {
        sentUpTo = listedUpTo;
        sent = true;
        session.store();
    }

    /** What came behind that is this node's to give to others, if it has to; -1 if it was never sent. */
    long sentUpTo() {
        return sentUpTo;
    }

    /** The other node does not get it, as far as is known: the session goes on. */
    void fail() {
        session.lifetime().thaw();
        session.lifetime().guardWill(); // who had it has taken the client for another node's
        if (sent) {
            sent = false;
            session.store();
        }
    }

    /** Whether another node may have all of it. */
    boolean sent() {
        return sent;
    }
}

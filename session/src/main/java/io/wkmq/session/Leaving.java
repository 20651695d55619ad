package io.wkmq.session;

/**
 * The state of a session's move to another node, which is to get it or may already have it. Confined to the session's shard.
 * Exists only for a session that has been frozen since its client was last here. A frozen session continues to collect
 * messages.
 */
final class Leaving {
    private final Session session;
    private long claim; // of the node that is to get it; 0 for none
    private long frozenAfter; // sequence number of the last delivery before the freeze
    private long listedUpTo; // sequence number of the last listed delivery
    private long sentUpTo = -1; // the same, once everything listed was sent
    private boolean sent; // the other node may have it

    Leaving(Session session) {
        this.session = session;
    }

    /** Returns the state of a session that was sent before a restart; {@code sent} if the other node may still have it. */
    static Leaving restored(Session session, long sentUpTo, boolean sent) {
        Leaving leaving = new Leaving(session);
        leaving.sentUpTo = sentUpTo;
        leaving.sent = sent;
        return leaving;
    }

    /**
     * Freezes the session for another node.
     *
     * @param sequence the sequence number of the last delivery
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

    /** Unfreezes the session, which continues here; another node may still have a copy. */
    void thaw() {
        claim = 0;
    }

    /** Returns the session without its messages. */
    MovedSession described() {
        return new MovedSession(
                session.clientId(),
                session.userName(),
                session.lifetime().createdAtMs(),
                session.lifetime().expirySeconds(),
                session.subscriptions().list());
    }

    /** Returns whether no message from its client or redispatched by it is still in transit within the node. */
    boolean settled() {
        return nothingGivenAway() && session.inbound().settled();
    }

    /** Returns whether no redispatched message is still in transit to another share group member. */
    boolean nothingGivenAway() {
        return session.outbound().settled();
    }

    /**
     * Lists the pending deliveries and QoS 2 receiver state of a settled session. Share group messages that arrive later are
     * redispatched in the end.
     */
    MovedMessages list() {
        Outbound outbound = session.outbound();
        listedUpTo = outbound.sequence();
        return new MovedMessages(outbound.owed(frozenAfter), session.inbound().packetIds());
    }

    /** Records that everything listed is about to be sent. */
    void send() {
        sentUpTo = listedUpTo;
        sent = true;
        session.store();
    }

    /** Returns the sequence number after which deliveries are this node's to redispatch; -1 if the session was never sent. */
    long sentUpTo() {
        return sentUpTo;
    }

    /** Resumes the session because, as far as is known, the other node does not get it. */
    void fail() {
        session.lifetime().thaw();
        session.lifetime().guardWill(); // its guardian assumes that the client has gone to another node
        if (sent) {
            sent = false;
            session.store();
        }
    }

    /** Returns whether another node may have the complete session. */
    boolean sent() {
        return sent;
    }
}

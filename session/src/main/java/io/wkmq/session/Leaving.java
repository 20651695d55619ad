package io.wkmq.session;

/**
 * What is known of a session that another node is to have, or may have by now. Belongs to the session's shard. Only sessions that were
 * frozen have one.
 */
final class Leaving {
    private long claim; // of the node that is to have it; 0 for none
    private long frozenAfter; // the sequence number of the last delivery before
    private long listedUpTo; // the sequence number of the last delivery that was told of
    private long sentUpTo = -1; // the same, once all that was listed was sent
    private boolean sent; // and the other node may have it

    /** One that was sent before a restart; {@code sent} if the other node may have it still. */
    static Leaving restored(long sentUpTo, boolean sent) {
        Leaving leaving = new Leaving();
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

    long frozenAfter() {
        return frozenAfter;
    }

    void listed(long upTo) {
        listedUpTo = upTo;
    }

    /** All that was listed is about to be sent. */
    void send() {
        sentUpTo = listedUpTo;
        sent = true;
    }

    /** What came behind that is this node's to give to others, if it has to; -1 if it was never sent. */
    long sentUpTo() {
        return sentUpTo;
    }

    /** The other node does not have it, as far as is known. */
    void notSent() {
        sent = false;
    }

    /** Whether another node may have all of it. */
    boolean sent() {
        return sent;
    }
}

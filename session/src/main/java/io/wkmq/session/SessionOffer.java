package io.wkmq.session;

/**
 * A session that another node keeps for a client that has connected to this node. Exactly one of {@link #accept} and
 * {@link #decline} is called, once; neither if the client has gone. Port owned by the session module, implemented by the
 * cluster layer. Thread-safe; does not block.
 */
public interface SessionOffer {
    /** Returns the epoch of the claim under which the other node has the session. */
    long epoch();

    /** Starts the transfer to this node and reports its progress to {@code arrival}. */
    void accept(Arrival arrival);

    /** Declines the offer because this node has a newer session; the other node's session ends. */
    void decline();
}

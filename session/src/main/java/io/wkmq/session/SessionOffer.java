package io.wkmq.session;

/**
 * A session that another node keeps for a client which has connected to this one. One of {@link #accept}
 * and {@link #decline} is called, once; neither if there is no client any more. Owned by session, implemented by the cluster layer. Thread-safe, does not block.
 */
public interface SessionOffer {
    /** The epoch of the claim under which the other node has it. */
    long epoch();

    /** Has it brought here; the arrival hears how that goes. */
    void accept(Arrival arrival);

    /** This node has a newer one: the other node's ends. */
    void decline();
}

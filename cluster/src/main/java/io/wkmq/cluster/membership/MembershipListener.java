package io.wkmq.cluster.membership;

/** Told about nodes that come and go. Called by one thread at a time, which it must not block. */
public interface MembershipListener {
    /**
     * Called when a node has come. It may not answer yet, so early requests to it may have to be repeated.
     *
     * @param peer a node that was not present before, or returns after {@link #gone}; a different incarnation than last time means
     *     that its process was restarted
     */
    void here(Peer peer);

    /** Called when a node is gone: it left, died, or was unreachable for longer than the failure detector allows. */
    void gone(Peer peer);

    /**
     * Called when a node is about to go because it was told to part with this one, or this one with it; it keeps running, with its
     * clients. {@link #gone} follows.
     */
    default void parts(Peer peer) {}

    /**
     * Called when a node is no longer expected back: it left or was removed, this node left it, or it has been dead for longer than
     * {@code cluster.autoclean}. State kept for it may be dropped. It is absent; {@link #gone} was called before, unless it was
     * known only from an earlier process of this node and never came. If it is {@link #here} again, no matter how much later, it is
     * the same node.
     *
     * @param mayComeBack whether the node, should it be alive, comes back by itself: it neither left nor was removed
     */
    default void cleaned(Node node, boolean mayComeBack) {}
}

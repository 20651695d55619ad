package io.wkmq.cluster.membership;

/** Learns who comes and goes. Called by one thread at a time, which it must not block. */
public interface MembershipListener {
    /**
     * A node is here now. It may not answer yet: what is asked of it at once may have to be asked again.
     *
     * @param peer a node that was not here, or that comes back after {@link #gone}; an incarnation that is not that of last
     *     time says that its process was started anew
     */
    void here(Peer peer);

    /** A node is here no more: it left, died, or is out of reach for longer than the failure detector allows. */
    void gone(Peer peer);

    /**
     * A node goes because it was told to part with this one, or this one with it: it runs on, with its clients. {@link #gone}
     * is told next.
     */
    default void parts(Peer peer) {}

    /**
     * Nobody waits for a node any more: it left or was removed, this node left it, or it is dead for longer than
     * {@code cluster.autoclean}. What is kept for it may go. It is not here; {@link #gone} was told before, unless an earlier run
     * of this process knew it and it never came. If it is {@link #here} again it is the same node, be it ever so long after.
     *
     * @param mayComeBack whether it does so by itself, should it be alive: it neither left nor was removed
     */
    default void cleaned(Node node, boolean mayComeBack) {}
}

package io.wkmq.routing;

/**
 * Hands routed messages to the subscribers of this node. Owned by routing, implemented by the session layer. Called on any
 * shard's thread or on a node link's thread; must not block. Messages that one thread dispatches reach each session in that
 * order.
 *
 * @param <L> what a shard keeps for one filter
 */
public interface Dispatcher<L extends LocalSubscribers> {
    /** To all local subscribers of a match, each client once, whatever the number of its filters that match. */
    void dispatch(Match<L> match, Message message, HandOver handOver);

    /** To the one member that a group's strategy picked; {@link ShareMember#local()} is true. */
    void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver);
}

package io.wkmq.routing;

/**
 * Delivers routed messages to the subscribers of this node. Owned by routing, implemented by the session layer. Called on any
 * shard's thread or on the node links' thread; must not block. Messages dispatched by one thread reach each session in that order.
 *
 * @param <L> the type of what a shard keeps for a filter
 */
public interface Dispatcher<L extends LocalSubscribers> {
    /** Delivers to all local subscribers of a match; each client gets the message once, however many of its filters match. */
    void dispatch(Match<L> match, Message message, HandOver handOver);

    /** Delivers to the member that a group's strategy picked; {@link ShareMember#local()} is true. */
    void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver);
}

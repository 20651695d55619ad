package io.wkmq.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to all their targets: local subscribers, share groups, other nodes. Thread-safe; keeps the order of the messages
 * that one thread routes. Never blocks.
 *
 * @param <L> the type of what a shard keeps for a filter
 */
public final class Router<L extends LocalSubscribers> {
    private final RouteTable<L> table;
    private final Dispatcher<L> dispatcher;
    private final Forwarder forwarder;

    /** Creates a router that delivers to this node through the dispatcher and to others through the forwarder. */
    public Router(RouteTable<L> table, Dispatcher<L> dispatcher, Forwarder forwarder) {
        this.table = table;
        this.dispatcher = dispatcher;
        this.forwarder = forwarder;
    }

    /**
     * Routes a message of this node's clients, or of the broker itself.
     *
     * @param handOver told about takers that complete later; may complete before this returns
     * @return whether the topic has any subscriber
     */
    public boolean route(Message message, HandOver handOver) {
        Match<L> match = table.match(message.topic());
        boolean wanted = false;
        if (!match.locals().isEmpty()) {
            wanted = true;
            dispatcher.dispatch(match, message, handOver);
        }
        List<RemoteMembers> elsewhere = null;
        List<ShareGroup> groups = match.groups();
        for (int i = 0; i < groups.size(); i++) {
            ShareGroup group = groups.get(i);
            ShareMember member = pick(group, message, null);
            if (member instanceof RemoteMembers remote) {
                elsewhere = elsewhere == null ? new ArrayList<>(groups.size() - i) : elsewhere;
                elsewhere.add(remote);
            } else if (member != null) {
                wanted = true;
                dispatcher.dispatchShared(group, member, message, handOver);
            }
        }
        List<NodeId> nodes = match.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            wanted = true;
            NodeId node = nodes.get(i);
            List<RemoteMembers> there = elsewhere == null ? List.of() : taken(elsewhere, node);
            forwarder.forward(node, message, there.isEmpty() ? Audience.PLAIN : new Audience(true, there), handOver);
        }
        while (elsewhere != null && !elsewhere.isEmpty()) { // on nodes without plain subscribers
            wanted = true;
            NodeId node = elsewhere.get(0).node();
            forwarder.forward(node, message, new Audience(false, taken(elsewhere, node)), handOver);
        }
        return wanted;
    }

    /** Returns whether the topic has any subscriber; if not, {@link #route} does nothing. */
    public boolean wanted(TopicName topic) {
        return !table.match(topic).empty();
    }

    /** Picks the member that gets a message, on a node that is reachable. */
    private @Nullable ShareMember pick(ShareGroup group, Message message, @Nullable ShareMember except) {
        ShareMember member = group.pick(message, except);
        boolean away = member instanceof RemoteMembers remote && !forwarder.reaches(remote.node());
        return away ? group.pickReached(message, except, forwarder::reaches) : member;
    }

    /** Removes the members on that node from the list and returns them. */
    private static List<RemoteMembers> taken(List<RemoteMembers> from, NodeId node) {
        List<RemoteMembers> taken = new ArrayList<>(from.size());
        from.removeIf(members -> members.node().equals(node) && taken.add(members));
        return taken;
    }

    /**
     * Delivers a message forwarded by another node to subscribers of this node only; never forwards it.
     *
     * @param plain whether subscribers outside of share groups get it
     * @param groups the share groups of which one member each gets it
     * @param handOver told about takers that complete later; may complete before this returns
     * @return those of the groups that have no member on this node any more, for which the other node must find another member
     */
    public List<SubscriptionFilter> deliver(
            Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver) {
        Match<L> match = table.match(message.topic());
        if (plain && !match.locals().isEmpty()) {
            dispatcher.dispatch(match, message, handOver);
        }
        if (groups.isEmpty()) {
            return groups;
        }
        List<SubscriptionFilter> refused = new ArrayList<>(0);
        for (SubscriptionFilter named : groups) {
            ShareGroup group = find(match.groups(), named);
            ShareMember member = group == null ? null : group.pickHere(message, null);
            if (group != null && member != null) {
                dispatcher.dispatchShared(group, member, message, handOver);
            } else {
                refused.add(named);
            }
        }
        return refused;
    }

    private static @Nullable ShareGroup find(List<ShareGroup> groups, SubscriptionFilter named) {
        for (ShareGroup group : groups) {
            if (group.name().equals(named.share()) && group.filter().equals(named.filter())) {
                return group;
            }
        }
        return null;
    }

    /**
     * Gives a message of a share group to another member.
     *
     * @param left the member that could not complete it. {@link RemoteMembers} only if their node reports that none of them is
     *     left, since that node then gets nothing for them until it reports new counts; null if the message did not reach the
     *     chosen node
     * @return whether there is another member
     */
    public boolean redispatch(ShareGroup group, Message message, @Nullable ShareMember left, HandOver handOver) {
        if (left instanceof RemoteMembers gone) {
            gone.refuse();
        }
        ShareMember member = pick(group, message, left);
        if (member == null) {
            return false;
        }
        if (member instanceof RemoteMembers remote) {
            forwarder.forward(remote.node(), message, new Audience(false, List.of(remote)), handOver);
        } else {
            dispatcher.dispatchShared(group, member, message, handOver);
        }
        return true;
    }
}

package io.wkmq.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message to everybody who wants it: local subscribers, share groups, other nodes. Thread-safe; keeps the order of
 * the messages that one thread routes. Never blocks.
 *
 * @param <L> what a shard keeps for one filter
 */
public final class Router<L extends LocalSubscribers> {
    private final RouteTable<L> table;
    private final Dispatcher<L> dispatcher;
    private final Forwarder forwarder;

    /** Routes by a table, to this node through the dispatcher and to others through the forwarder. */
    public Router(RouteTable<L> table, Dispatcher<L> dispatcher, Forwarder forwarder) {
        this.table = table;
        this.dispatcher = dispatcher;
        this.forwarder = forwarder;
    }

    /**
     * Routes a message of this node's clients, or of the broker itself.
     *
     * @param handOver learns which takers need time; may complete before this returns
     * @return whether anybody wants the topic
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
        while (elsewhere != null && !elsewhere.isEmpty()) { // on nodes that no plain subscriber is on
            wanted = true;
            NodeId node = elsewhere.get(0).node();
            forwarder.forward(node, message, new Audience(false, taken(elsewhere, node)), handOver);
        }
        return wanted;
    }

    /** Whether anybody has subscribed to the topic; if not, {@link #route} does nothing. */
    public boolean wanted(TopicName topic) {
        return !table.match(topic).empty();
    }

    /** The member that gets a message, on a node that is reached. */
    private @Nullable ShareMember pick(ShareGroup group, Message message, @Nullable ShareMember except) {
        ShareMember member = group.pick(message, except);
        boolean away = member instanceof RemoteMembers remote && !forwarder.reaches(remote.node());
        return away ? group.pickReached(message, except, forwarder::reaches) : member;
    }

    /** Takes those on that node out of the list. */
    private static List<RemoteMembers> taken(List<RemoteMembers> from, NodeId node) {
        List<RemoteMembers> taken = new ArrayList<>(from.size());
        from.removeIf(members -> members.node().equals(node) && taken.add(members));
        return taken;
    }

    /**
     * Delivers a message that another node forwarded: to subscribers of this node alone, never on to others.
     *
     * @param plain whether those get it that are not in share groups
     * @param groups the share groups of which one member each gets it
     * @param handOver learns which takers need time; may complete before this returns
     * @return those of the groups that have no member on this node any more: the other node has to look further
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
     * @param left who could not finish with it; {@link RemoteMembers} only if their node says that none of them is left, for it
     *     gets nothing for them then until it gives new counts; null if the message did not get to the node that was chosen
     * @return whether there is another one
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

package io.wkmq.routing;

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
     * Routes a message.
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
        List<ShareGroup> groups = match.groups();
        for (int i = 0; i < groups.size(); i++) {
            wanted |= share(groups.get(i), message, null, handOver);
        }
        List<NodeId> nodes = match.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            wanted = true;
            forwarder.forward(nodes.get(i), message, handOver);
        }
        return wanted;
    }

    /**
     * Gives a message of a share group to another member, after {@code left} could not finish with it.
     *
     * @return whether there is another one
     */
    public boolean redispatch(ShareGroup group, Message message, ShareMember left, HandOver handOver) {
        return share(group, message, left, handOver);
    }

    private boolean share(ShareGroup group, Message message, @Nullable ShareMember except, HandOver handOver) {
        ShareMember member = group.pick(message, except);
        if (member == null) {
            return false;
        }
        dispatcher.dispatchShared(group, member, message, handOver);
        return true;
    }
}

package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/** Where the messages of other nodes go in. Called on the links' thread, which it must not block. */
public interface Inlet {
    /**
     * Delivers a message to subscribers of this node, never on to others. The messages of one node come one after the other, in
     * the order in which it sent them.
     *
     * @param plain whether subscribers get it that are not in share groups
     * @param groups the share groups of which one member each gets it
     * @param handOver learns which takers need time
     * @return those of the groups that have no member here; the other node looks for another one
     */
    List<SubscriptionFilter> deliver(
            NodeId from, Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver);
}

package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;

/** Delivers messages received from other nodes. Called on the links' thread, which it must not block. */
public interface Inlet {
    /**
     * Delivers a message to subscribers of this node; never forwards it. The messages of one node are delivered one after the
     * other, in the order in which that node sent them.
     *
     * @param plain whether subscribers outside of share groups get the message
     * @param groups the share groups of which one member each gets the message
     * @param handOver told about takers that complete later
     * @return those of the groups that have no member here; the sending node picks another member
     */
    List<SubscriptionFilter> deliver(
            NodeId from, Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver);
}

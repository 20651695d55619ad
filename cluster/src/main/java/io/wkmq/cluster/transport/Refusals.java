package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.SubscriptionFilter;

/** Looks for others when a node cannot give a message to a member of a share group. */
@FunctionalInterface
public interface Refusals {
    /**
     * The group has no member on that node any more, or the node is not here any more. Called on the links' thread, or in the
     * call that forwards the message; must not block. Of QoS 0 nothing is heard: such a message is gone once it is sent.
     *
     * @param handOver that of the message; expects the link yet, so it may be told to expect another taker
     */
    void refused(NodeId node, SubscriptionFilter group, Message message, HandOver handOver);
}

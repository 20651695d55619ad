package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.RemoteMembers;

/** Looks for others when a node cannot give a message to a member of a share group. */
@FunctionalInterface
public interface Refusals {
    /**
     * A share group has these members no more, or their node is not here any more. Called on the links' thread, or in the
     * call that forwards the message; must not block. Of QoS 0 nothing is heard: such a message is gone once it is sent.
     *
     * @param handOver that of the message; expects the link yet, so it may be told to expect another taker
     */
    void refused(RemoteMembers members, Message message, HandOver handOver);
}

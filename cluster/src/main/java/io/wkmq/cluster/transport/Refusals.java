package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.RemoteMembers;

/**
 * Finds another member of a share group when a message did not reach the chosen one. Called on the links' thread or from within the
 * call that forwards the message; must not block. The hand-over is the message's own and still expects the link, so further takers
 * may be added to it. Not called for messages of QoS 0 that were sent.
 */
public interface Refusals {
    /** Called when the node of these members says that the group has none left there. */
    void refused(RemoteMembers members, Message message, HandOver handOver);

    /** Called when the node of these members is not a member of the cluster, or cannot be reached. */
    void notReached(RemoteMembers members, Message message, HandOver handOver);
}

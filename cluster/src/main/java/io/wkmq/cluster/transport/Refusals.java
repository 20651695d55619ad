package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.RemoteMembers;

/**
 * Looks for others when a message does not get to a member of a share group. Called on the links' thread, or in the call that
 * forwards the message; must not block. The hand-over is that of the message and expects the link yet, so it may be told to
 * expect another taker. Of QoS 0 that was sent nothing is heard.
 */
public interface Refusals {
    /** Their node says that the group has these members no more. */
    void refused(RemoteMembers members, Message message, HandOver handOver);

    /** Their node is not here, or out of reach. */
    void notReached(RemoteMembers members, Message message, HandOver handOver);
}

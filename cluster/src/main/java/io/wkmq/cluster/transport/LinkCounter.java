package io.wkmq.cluster.transport;

/** The counters of the node links. They are summed over all other nodes and start at 0 with the process. */
public enum LinkCounter {
    /** Messages sent to other nodes for the first time. */
    SENT,
    /** Messages resent after a connection was lost. */
    RESENT,
    /** Bytes sent, including resent messages. */
    SENT_BYTES,
    /** Messages of QoS 0 dropped because the queue to a node was full. */
    DROPPED,
    /** Messages of QoS 1 and 2 that exceeded the queue's bound; their publishers were not read until these were acknowledged. */
    HELD_BACK,
    /** Messages of QoS 1 and 2 refused because the queue had reached its hard limit; their publishers were told so. */
    REJECTED,
    /** Messages for a node that was not a member or not reachable, or became so before it acknowledged them. */
    ABANDONED,
    /** Messages that another node failed to take; their publishers were told so. */
    FAILED,
    /** Share groups of messages that had no member left on the other node. */
    GROUPS_REFUSED,
    /** Messages received from other nodes, without duplicates. */
    RECEIVED,
    /** Messages received again and discarded. */
    DUPLICATES,
    /** Connections opened by this node. */
    OPENED,
    /** Connections opened by this node that were lost or closed. */
    LOST,
    /** Incoming connections that were refused, whether from nodes or not. */
    REFUSED
}

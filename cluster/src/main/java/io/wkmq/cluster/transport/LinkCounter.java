package io.wkmq.cluster.transport;

/** What node links count, since the node started and for all other nodes together. */
public enum LinkCounter {
    /** Messages written to other nodes, each once. */
    SENT,
    /** Messages written again, after a connection was lost. */
    RESENT,
    /** Bytes of all these. */
    SENT_BYTES,
    /** Messages of QoS 0 that found the queue to a node full. */
    DROPPED,
    /** Messages of QoS 1 and 2 that found it full; their publishers were not read until those were acknowledged. */
    HELD_BACK,
    /** Messages of QoS 1 and 2 that found it full many times over; their publishers were told so. */
    REJECTED,
    /** Messages that were to go to a node which was not here, or went before it had acknowledged them. */
    ABANDONED,
    /** Messages that another node could not take; their publishers were told so. */
    FAILED,
    /** Share groups of messages that had no member left on the other node. */
    GROUPS_REFUSED,
    /** Messages that came from other nodes, each once. */
    RECEIVED,
    /** Messages that came again. */
    DUPLICATES,
    /** Connections of this node's links that were made. */
    OPENED,
    /** Connections of this node's links that were lost or closed. */
    LOST,
    /** Connections of other nodes, or of whoever it was, that were refused. */
    REFUSED
}

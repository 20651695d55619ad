package io.wkmq.broker.alarm;

import java.util.Locale;

/** The kinds of alarms. */
public enum AlarmKind {
    /** A node of the cluster has disappeared without leaving. */
    NODE_DOWN,
    /** The cluster was split. Raised only once the split is over: until then it cannot be told from dead nodes. */
    PARTITION,
    /** Two nodes are in the cluster but cannot reach each other. */
    NODES_APART,
    /** A node is in the cluster but accepts no messages from this one. */
    LINK_UNREACHABLE,
    /** Messages to other nodes are dropped or rejected because their queues are full. */
    LINK_QUEUE_FULL,
    /** The cluster does not admit this node. */
    KEPT_OUT,
    /** No durable data can be accepted. */
    STORAGE,
    /** Channels accept no messages, or cannot be replayed on this node. */
    CHANNELS,
    /** Memory is low, so new connections are refused. */
    MEMORY_SHORT,
    /** The queues of all sessions together are full, so messages are dropped. */
    QUEUES_FULL;

    /** Returns the name of this kind as shown to administrators. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

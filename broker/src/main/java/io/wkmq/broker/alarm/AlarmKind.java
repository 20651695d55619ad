package io.wkmq.broker.alarm;

import java.util.Locale;

/** What alarms are about. */
public enum AlarmKind {
    /** A node of the cluster is gone without having left. */
    NODE_DOWN,
    /** The cluster was split. It is told when it is over: until then nobody knows a split from a death. */
    PARTITION,
    /** Two nodes are in the cluster and do not reach each other. */
    NODES_APART,
    /** A node is in the cluster and takes no messages of this one. */
    LINK_UNREACHABLE,
    /** Messages to other nodes are lost or refused, since too many wait already. */
    LINK_QUEUE_FULL,
    /** The cluster that this node looks for does not take it. */
    KEPT_OUT,
    /** Nothing durable is accepted. */
    STORAGE,
    /** Channels take no messages, or cannot be replayed on this node. */
    CHANNELS,
    /** Memory is short, so that new connections are refused. */
    MEMORY_SHORT,
    /** The queues of all sessions together are full, so that messages are dropped. */
    QUEUES_FULL;

    /** What administrators call it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.wkmq.cluster.membership;

/** Who a control message is for. The code goes over the network and stays what it is. */
public enum Service {
    /** Joining, leaving, removing, status. */
    CLUSTER(1),
    /** Which node wants which topics. */
    ROUTES(2),
    /** Where sessions live, and their moves. */
    SESSIONS(3),
    /** Retained messages. */
    RETAINED(4),
    /** Who must not connect. */
    BANS(5),
    /** What a node's channels miss. */
    CHANNEL_FETCH(6),
    /** Who of a group of readers is given which records of a channel. */
    CHANNEL_SEATS(7),
    /** What nodes have of channels. */
    CHANNEL_AUDIT(8);

    private final int code;

    Service(int code) {
        this.code = code;
    }

    /** What stands for it in messages. */
    public int code() {
        return code;
    }
}

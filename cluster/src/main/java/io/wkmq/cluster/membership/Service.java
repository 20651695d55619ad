package io.wkmq.cluster.membership;

/** The services that exchange control messages. The codes are part of the wire protocol and must not change. */
public enum Service {
    /** Joining, leaving, removing, status. */
    CLUSTER(1),
    /** Routes: which node wants which topics. */
    ROUTES(2),
    /** Ownership of sessions, and their moves. */
    SESSIONS(3),
    /** Retained messages. */
    RETAINED(4),
    /** Banned clients. */
    BANS(5),
    /** Replication of channels: fetching missing records. */
    CHANNEL_FETCH(6),
    /** Assignment of a channel's records to the members of a reader group. */
    CHANNEL_SEATS(7),
    /** Audits of what nodes have of channels. */
    CHANNEL_AUDIT(8);

    private final int code;

    Service(int code) {
        this.code = code;
    }

    /** Returns the code used in messages. */
    public int code() {
        return code;
    }
}

package io.wkmq.session;

/** Why a message did not reach a client that subscribes to its topic. Every drop is counted under one of these. */
public enum DropReason {
    /** The session's queue holds as many messages as it may. */
    QUEUE_LENGTH,
    /** The session's queue holds as many bytes as it may. */
    QUEUE_BYTES,
    /** The queues of all sessions of the node together hold as many bytes as they may. */
    NODE_BYTES,
    /** QoS 0, and the client is away or reads too slowly, and QoS 0 is not queued. */
    QOS0_NOT_QUEUED,
    /** The message expired while it was queued. */
    EXPIRED,
    /** Larger than the client's Maximum Packet Size [MQTT-3.1.2-25]. */
    TOO_LARGE,
    /** QoS 0, and the shard of the session is behind with its mail. */
    MAILBOX_FULL,
    /** The session is persistent and the store takes no writes; the publisher is told. */
    STORE_UNAVAILABLE,
    /** The session ended with the message undelivered. */
    SESSION_ENDED,
    /** A bug: the delivery to this session failed; the log has it. The publisher is told if the session is persistent. */
    INTERNAL_ERROR
}

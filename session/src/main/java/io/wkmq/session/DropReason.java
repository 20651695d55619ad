package io.wkmq.session;

/** The reason a message did not reach a subscribed client. Every drop is counted under exactly one of these. */
public enum DropReason {
    /** The session's queue has reached its message limit. */
    QUEUE_LENGTH,
    /** The session's queue has reached its byte limit. */
    QUEUE_BYTES,
    /** The queues of all sessions of the node together have reached their byte limit. */
    NODE_BYTES,
    /** QoS 0 for a client that is offline or reads too slowly, while QoS 0 is configured not to be queued. */
    QOS0_NOT_QUEUED,
    /** The message expired in the queue. */
    EXPIRED,
    /** The packet exceeds the client's Maximum Packet Size [MQTT-3.1.2-25]. */
    TOO_LARGE,
    /** QoS 0 while the mailbox of the session's shard is full. */
    MAILBOX_FULL,
    /** The session is persistent and the store accepts no writes; the publisher is told. */
    STORE_UNAVAILABLE,
    /** The session ended before the message was delivered. */
    SESSION_ENDED,
    /** A bug: delivery to this session failed, see the log. If the session is persistent the publisher is told. */
    INTERNAL_ERROR
}

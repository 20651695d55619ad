package io.wkmq.session;

/**
 * Determines which message a full queue drops when offered another QoS 1 or 2 message. Queued QoS 0 messages are always dropped
 * first.
 */
public enum DropPolicy {
    /** Drops the message that has waited longest. */
    OLDEST,
    /** Drops the offered message. */
    NEWEST
}

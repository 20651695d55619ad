package io.wkmq.session;

/** Which message goes when a full queue is offered another one of QoS 1 or 2. Queued QoS 0 always goes first. */
public enum DropPolicy {
    /** The one that waited longest. */
    OLDEST,
    /** The one that is offered. */
    NEWEST
}

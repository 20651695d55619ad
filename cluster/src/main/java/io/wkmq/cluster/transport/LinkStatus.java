package io.wkmq.cluster.transport;

import io.wkmq.cluster.membership.Peer;

/**
 * A snapshot of the state of the link to another node.
 *
 * @param peer the other node
 * @param state the state of the link
 * @param problem why the last connection ended or could not be opened; empty if there was no problem
 * @param queuedBytes the bytes of messages that wait for a connection, to be sent, or to be acknowledged
 */
public record LinkStatus(Peer peer, State state, String problem, long queuedBytes) {
    /** The state of a link. */
    public enum State {
        /** Connecting, for a short time so far. */
        CONNECTING,
        /** Connected; messages are sent. */
        OPEN,
        /**
         * Not connected for several heartbeats although the node is a member of the cluster. Nothing is queued for it until it can
         * be reached again.
         */
        UNREACHABLE
    }
}

package io.wkmq.cluster.transport;

import io.wkmq.cluster.membership.Peer;

/**
 * The link to another node at one moment.
 *
 * @param peer the node
 * @param state what the link does
 * @param problem why the last connection ended or was not made; empty if there was no such
 * @param queuedBytes what waits: for the link, for its turn, or for its acknowledgement
 */
public record LinkStatus(Peer peer, State state, String problem, long queuedBytes) {
    /** What a link does. */
    public enum State {
        /** It is being made, for a short time yet. */
        CONNECTING,
        /** It carries messages. */
        OPEN,
        /**
         * It could not be made for some heartbeats, though the cluster has the node as a member. Nothing is kept for the node
         * until it can.
         */
        UNREACHABLE
    }
}

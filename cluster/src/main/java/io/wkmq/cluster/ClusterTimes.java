package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Pace;
import io.wkmq.cluster.sessions.SessionTimes;
import java.time.Duration;

/**
 * Timeouts of a node, except those of heartbeats, joins and heals, which are in {@link ClusterSettings}. Immutable.
 *
 * @param discovery the maximum interval between looks for other nodes while some are present; at least 4 seconds
 * @param handshake how long a connection may take until both sides are authenticated
 * @param answer how long another node may take to answer a control message
 * @param merge how long this node tries to enter the cluster that it was told to join, or gives up its own for; whole seconds
 * @param leader how long the nodes may take to agree on a new leader; whole seconds
 * @param sessions the timeouts of sessions and wills
 */
public record ClusterTimes(
        Duration discovery,
        Duration handshake,
        Duration answer,
        Duration merge,
        Duration leader,
        SessionTimes sessions) {
    /** Returns the pace of discovery, which slows down to the maximum interval. */
    Pace pace() {
        return Pace.upTo(discovery);
    }
}

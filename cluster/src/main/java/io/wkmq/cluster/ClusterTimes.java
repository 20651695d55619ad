package io.wkmq.cluster;

import io.wkmq.cluster.discovery.Pace;
import io.wkmq.cluster.sessions.SessionTimes;
import java.time.Duration;

/**
 * How long a node waits for others, but for the times of heartbeats, joins and heals, which {@link ClusterSettings} has. Immutable.
 *
 * @param discovery how long it waits at most until it looks for others again, once some are here; at least 4 seconds
 * @param handshake how long a connection may take until both sides have proved who they are
 * @param answer how long another node may take to answer a control message
 * @param merge how long this node tries to enter the cluster that it was told to join, or gives up its own for; whole seconds
 * @param leader how long the nodes may take to agree on a leader when theirs is gone; whole seconds
 * @param sessions those of sessions and wills
 */
public record ClusterTimes(
        Duration discovery,
        Duration handshake,
        Duration answer,
        Duration merge,
        Duration leader,
        SessionTimes sessions) {
    /** Looks begin often, and become as rare as that. */
    Pace pace() {
        return Pace.upTo(discovery);
    }
}

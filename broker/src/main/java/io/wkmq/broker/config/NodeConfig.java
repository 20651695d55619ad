package io.wkmq.broker.config;

import io.wkmq.routing.NodeName;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The node itself: {@code node.*}.
 *
 * @param name how administrators call it
 * @param cookie the secret that the nodes of a cluster share; may be absent on a node that stands alone
 * @param dataDir where everything durable is kept; absolute
 * @param eventLoops how many event loops, each one a shard of the sessions
 * @param distListenMin first port of the range that nodes use among themselves
 * @param distListenMax last port of that range
 * @param shutdownDrain how long sessions can follow their clients to other nodes when the node is being stopped
 */
public record NodeConfig(
        NodeName name,
        Secret cookie,
        Path dataDir,
        int eventLoops,
        int distListenMin,
        int distListenMax,
        Duration shutdownDrain) {
    /** Checks what must hold between the values. */
    public NodeConfig {
        if (distListenMin > distListenMax) {
            throw new IllegalArgumentException("node.dist_listen_min = " + distListenMin
                    + " is above node.dist_listen_max = " + distListenMax + "; expected a range of ports");
        }
    }
}

package io.wkmq.broker.config;

import io.wkmq.routing.NodeName;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The node itself: {@code node.*}.
 *
 * @param name the node's name as administrators know it
 * @param cookie the shared secret of the cluster's nodes; optional on a standalone node
 * @param dataDir the directory of all durable data; absolute
 * @param eventLoops the number of event loops; each owns one shard of the sessions
 * @param distListenMin the first port of the range for traffic between nodes
 * @param distListenMax the last port of that range
 * @param shutdownDrain how long sessions may follow their clients to other nodes while the node is being stopped
 */
public record NodeConfig(
        NodeName name,
        Secret cookie,
        Path dataDir,
        int eventLoops,
        int distListenMin,
        int distListenMax,
        Duration shutdownDrain) {
    /** Validates the port range. */
    public NodeConfig {
        if (distListenMin > distListenMax) {
            throw new IllegalArgumentException("node.dist_listen_min = " + distListenMin
                    + " is above node.dist_listen_max = " + distListenMax + "; expected a range of ports");
        }
    }
}

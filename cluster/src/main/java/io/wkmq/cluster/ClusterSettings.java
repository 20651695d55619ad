package io.wkmq.cluster;

import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.hazelcast.MemberSettings;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.security.TlsFiles;
import io.wkmq.cluster.transport.LinkSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cluster settings of a node.
 *
 * @param name the cluster's name; only nodes with the same one meet
 * @param dataDir the node's data directory, which keeps what it knows about other nodes
 * @param ports the port range: membership uses the first free one, node links the last
 * @param cookie the shared secret, or null if certificates suffice
 * @param tls the TLS files, or null
 * @param strategy the discovery strategy; closed with the cluster
 * @param manual whether others are met only by an administrator's command
 * @param bootstrapExpect how many nodes found a cluster; 0 if each may do so alone
 * @param joinTimeout how long a starting node may take to learn what the others know
 * @param autoheal whether it looks for other parts of its cluster
 * @param autohealDelay the time from the start to the first look for these; whole seconds
 * @param autohealPeriod the interval of these looks; whole seconds
 * @param autoclean after how long a dead node is given up; zero for never
 * @param heartbeat the heartbeat interval
 * @param heartbeatMax after how much silence another node is gone
 * @param detector how the leader detects that another node is gone
 * @param linkQueueBytes the bytes that may be queued for one other node
 * @param routesWait how long a SUBACK waits for the other nodes at most
 * @param times all other timeouts
 */
public record ClusterSettings(
        String name,
        Path dataDir,
        MemberSettings.Ports ports,
        @Nullable Cookie cookie,
        @Nullable TlsFiles tls,
        DiscoveryStrategy strategy,
        boolean manual,
        int bootstrapExpect,
        Duration joinTimeout,
        boolean autoheal,
        Duration autohealDelay,
        Duration autohealPeriod,
        Duration autoclean,
        Duration heartbeat,
        Duration heartbeatMax,
        Detector detector,
        long linkQueueBytes,
        Duration routesWait,
        ClusterTimes times) {
    /** Returns the settings of the member. */
    MemberSettings members(String host) {
        return new MemberSettings(
                name,
                host,
                ports,
                new MemberSettings.Failures(
                        wholeSeconds(heartbeat), wholeSeconds(heartbeatMax), wholeSeconds(times.leader()), detector),
                new MemberSettings.Joining(wholeSeconds(joinTimeout), wholeSeconds(times.merge())),
                new MemberSettings.Healing(autoheal, wholeSeconds(autohealDelay), wholeSeconds(autohealPeriod)),
                times.answer(),
                autoclean);
    }

    /** Rounds up to whole seconds, the unit of Hazelcast's settings. */
    private static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(Math.max(1, time.plusMillis(999).toSeconds()));
    }

    /** Returns the settings of the node links. */
    LinkSettings links(String host) {
        return new LinkSettings(host, ports.min(), ports.max(), linkQueueBytes, heartbeat);
    }
}

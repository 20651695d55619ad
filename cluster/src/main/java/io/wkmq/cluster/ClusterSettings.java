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
 * How a node is part of a cluster.
 *
 * @param name the cluster's; only nodes with the same one meet
 * @param dataDir the node's data directory: what it knows of others is kept there
 * @param ports where other nodes reach it: members are met on the first free one, node links on the last
 * @param cookie what nodes prove to know, or null: their certificates prove enough
 * @param tls what nodes encrypt with, or null
 * @param strategy where others may be; closed with the cluster
 * @param manual whether others are met only when an administrator says so
 * @param bootstrapExpect how many nodes found a cluster; 0 if each may alone
 * @param joinTimeout how long a node that starts is given to learn what the others know
 * @param autoheal whether it looks for other parts of its cluster
 * @param autohealDelay from the start to the first look; whole seconds
 * @param autohealPeriod from look to look; whole seconds
 * @param autoclean after how long a node that is gone is removed; zero for never
 * @param heartbeat how often it says that it is there
 * @param heartbeatMax after which silence another node is gone
 * @param detector how the leader tells that another node is gone
 * @param linkQueueBytes how much may wait for one other node
 * @param routesWait how long a SUBACK waits at most for the other nodes
 * @param times how long everything else waits for them
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
    /** What the member is told. */
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

    /** Hazelcast counts in seconds. */
    private static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(Math.max(1, time.plusMillis(999).toSeconds()));
    }

    /** What the links to other nodes are told. */
    LinkSettings links(String host) {
        return new LinkSettings(host, ports.min(), ports.max(), linkQueueBytes, heartbeat);
    }
}

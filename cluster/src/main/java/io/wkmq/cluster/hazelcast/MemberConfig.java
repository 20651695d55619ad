package io.wkmq.cluster.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import io.wkmq.cluster.membership.Peer;
import java.time.Duration;

/** Builds the Hazelcast configuration. Reads no file and nothing of the environment. */
final class MemberConfig {
    /**
     * Must be the same on all members. Small, since the broker partitions nothing, and each partition adds a row to the table that is sent
     * to every joining member.
     */
    private static final int PARTITIONS = 31;

    private static final int CONNECT_SECONDS = 3;

    /** How long nodes that start together ask each other for a leader before one of them becomes it. */
    private static final int ASK_SECONDS = 1;

    private MemberConfig() {}

    static Config of(MemberSettings settings, Peer self) {
        Config config = new Config();
        config.setClassLoader(MemberConfig.class.getClassLoader());
        config.setClusterName(settings.clusterName());
        config.setMemberAttributeConfig(new MemberAttributeConfig().setAttributes(PeerAttributes.of(self)));
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        // Refuses objects of foreign classes even from members: only Hazelcast's and the JDK's packages are allowed.
        config.getSerializationConfig().setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
        config.getSerializationConfig().addDataSerializableFactory(WireFactory.ID, new WireFactory());
        network(config.getAdvancedNetworkConfig(), settings);
        times(config, settings);
        quiet(config);
        threads(config);
        return config;
    }

    /** Configures a single endpoint, for members: no port serves clients, HTTP or memcache. */
    private static void network(AdvancedNetworkConfig network, MemberSettings settings) {
        ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
        endpoint.setPort(settings.ports().min())
                .setPortAutoIncrement(true)
                .setPortCount(settings.ports().max() - settings.ports().min() + 1);
        endpoint.setSocketConnectTimeoutSeconds(CONNECT_SECONDS);
        // Hazelcast's default, 0, discards unsent output on close, such as the reason of a refusal.
        endpoint.setSocketLingerSeconds(-1);
        network.setEnabled(true);
        network.setMemberEndpointConfig(endpoint);
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true);
        join.getTcpIpConfig().setConnectionTimeoutSeconds(ASK_SECONDS);
    }

    private static void times(Config config, MemberSettings settings) {
        seconds(
                config,
                "hazelcast.heartbeat.interval.seconds",
                settings.failures().heartbeat());
        seconds(
                config,
                "hazelcast.max.no.heartbeat.seconds",
                settings.failures().heartbeatMax());
        seconds(
                config,
                "hazelcast.mastership.claim.timeout.seconds",
                settings.failures().mastershipClaim());
        // A node that may join is accepted at once, without waiting for others that may come.
        config.setProperty("hazelcast.async.join.strategy.enabled", "true");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        seconds(config, "hazelcast.max.join.seconds", settings.joining().max());
        seconds(
                config,
                "hazelcast.max.join.merge.target.seconds",
                settings.joining().targetMax());
        seconds(
                config,
                "hazelcast.merge.first.run.delay.seconds",
                settings.healing().firstAfter());
        seconds(
                config,
                "hazelcast.merge.next.run.delay.seconds",
                settings.healing().every());
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "5");
        // A cut between two members that both reach the leader is left alone: expelling one of them would make it flap.
        config.setProperty("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "0");
    }

    private static void seconds(Config config, String property, Duration time) {
        config.setProperty(property, Long.toString(time.toSeconds()));
    }

    private static void quiet(Config config) {
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.logging.details.enabled", "false");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.socket.client.bind", "false");
    }

    /** There are only control messages and heartbeats, so a few threads suffice on any machine. */
    private static void threads(Config config) {
        config.setProperty("hazelcast.partition.count", Integer.toString(PARTITIONS));
        config.setProperty("hazelcast.io.input.thread.count", "1");
        config.setProperty("hazelcast.io.output.thread.count", "1");
        config.setProperty("hazelcast.io.balancer.interval.seconds", "0");
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.operation.priority.generic.thread.count", "1");
        config.setProperty("hazelcast.operation.response.thread.count", "1");
        config.setProperty("hazelcast.event.thread.count", "1");
    }
}

package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ClusterConfig.AddressType;
import io.wkmq.broker.config.ClusterConfig.Autoheal;
import io.wkmq.broker.config.ClusterConfig.ChannelBatch;
import io.wkmq.broker.config.ClusterConfig.ChannelScrub;
import io.wkmq.broker.config.ClusterConfig.Discovery;
import io.wkmq.broker.config.ClusterConfig.Dns;
import io.wkmq.broker.config.ClusterConfig.Etcd;
import io.wkmq.broker.config.ClusterConfig.Heartbeat;
import io.wkmq.broker.config.ClusterConfig.K8s;
import io.wkmq.broker.config.ClusterConfig.Mcast;
import io.wkmq.broker.config.ClusterConfig.Netsplit;
import io.wkmq.broker.config.ClusterConfig.RecordType;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import io.wkmq.broker.config.MqttConfig.AclCache;
import io.wkmq.broker.config.MqttConfig.AclNomatch;
import io.wkmq.broker.config.MqttConfig.DropPolicy;
import io.wkmq.broker.config.MqttConfig.Durability;
import io.wkmq.broker.config.MqttConfig.QueueLimits;
import io.wkmq.broker.config.MqttConfig.RetainedLimits;
import io.wkmq.broker.config.MqttConfig.SessionLimits;
import io.wkmq.cluster.ClusterTimes;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.sessions.SessionTimes;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.ShareStrategy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the behaviour of a node without any configuration. */
class DefaultsTest {
    @Test
    void node(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).node())
                .isEqualTo(new NodeConfig(
                        new NodeName("wkmq", "127.0.0.1"),
                        Secret.NONE,
                        dir.resolve("data"),
                        Runtime.getRuntime().availableProcessors(),
                        6369,
                        6379,
                        Duration.ofSeconds(5)));
    }

    @Test
    void log(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).log())
                .isEqualTo(new LogConfig(
                        dir.resolve("log"), LogConfig.Level.INFO, true, LogConfig.Format.TEXT, 10 << 20, 5));
    }

    @Test
    void mqtt(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).mqtt())
                .isEqualTo(new MqttConfig(
                        false,
                        true,
                        AclNomatch.DENY,
                        new AclCache(true, 32, Duration.ofMinutes(1)),
                        1024,
                        1 << 20,
                        true,
                        0.75,
                        Duration.ZERO,
                        Duration.ofSeconds(15),
                        new SessionLimits(
                                100_000, 1000, 1000, Duration.ofDays(7), Durability.SYNC, Duration.ofMillis(100)),
                        new QueueLimits(1000, 16 << 20, true, DropPolicy.OLDEST),
                        new RetainedLimits(true, 1_000_000, 1 << 20, 256 << 20, Duration.ZERO),
                        ShareStrategy.ROUND_ROBIN,
                        true,
                        32,
                        32,
                        128,
                        4096,
                        "",
                        Duration.ofMinutes(1)));
    }

    @Test
    void overloadManagementStorageAndPlugins(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = defaults(dir);

        assertThat(config.overload()).isEqualTo(new OverloadConfig(100_000, 0, 0.85, 0, 0.25, 65_536));
        assertThat(config.management())
                .isEqualTo(new ManagementConfig(
                        new InetBind("127.0.0.1", 8081),
                        dir.resolve("run/wkctl.sock"),
                        dir.resolve("run/wkctl.token")));
        assertThat(config.storage()).isEqualTo(new StorageConfig(false, 256 << 20));
        assertThat(config.plugins())
                .isEqualTo(new PluginsConfig(
                        dir.resolve("plugins"),
                        List.of("auth-file"),
                        Map.of(
                                "auth-file",
                                Map.of("acl", dir.resolve("etc/acl.conf").toString()))));
    }

    @Test
    void cluster(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).cluster())
                .isEqualTo(new ClusterConfig(
                        "wkmq",
                        Discovery.MANUAL,
                        0,
                        Duration.ofSeconds(30),
                        new Autoheal(true, Duration.ofSeconds(10), Duration.ofSeconds(5)),
                        Duration.ofMinutes(5),
                        new Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(10), Detector.DEADLINE),
                        null,
                        8 << 20,
                        Duration.ofSeconds(2),
                        new ClusterTimes(
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(20),
                                new SessionTimes(
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(3),
                                        Duration.ofSeconds(20))),
                        new Netsplit(true, true, true),
                        1,
                        8,
                        Duration.ofSeconds(10),
                        new ChannelScrub(Duration.ofDays(7), 8 << 20),
                        new ChannelBatch(256, 64 << 10, Duration.ZERO),
                        List.of(),
                        new Mcast("239.192.0.1", List.of(4369, 4370), "0.0.0.0", 255, true),
                        new Dns("localhost", RecordType.A),
                        new Etcd(
                                List.of(URI.create("http://127.0.0.1:2379")),
                                "wkmq",
                                Duration.ofMinutes(1),
                                "",
                                Secret.NONE,
                                null,
                                null,
                                null),
                        new K8s(
                                URI.create("https://kubernetes.default.svc"),
                                "wkmq",
                                AddressType.IP,
                                "default",
                                "",
                                Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token"),
                                Path.of("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"))));
    }

    @Test
    void listener(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).listeners())
                .containsExactly(new ListenerConfig(
                        Protocol.TCP,
                        "external",
                        new InetBind("127.0.0.1", 1883),
                        16,
                        100_000,
                        0,
                        1024,
                        null,
                        0,
                        "",
                        List.of(),
                        false,
                        3000,
                        true,
                        true,
                        "/mqtt",
                        null));
    }

    @Test
    void tlsListener(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .write("etc/key.pem")
                .write("etc/cert.pem")
                .wkmqConf(
                        "listener.ssl.external = 8883",
                        "listener.ssl.external.keyfile = etc/key.pem",
                        "listener.ssl.external.certfile = etc/cert.pem")
                .load();

        assertThat(config.listeners())
                .extracting(ListenerConfig::address, ListenerConfig::tls)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        new InetBind("0.0.0.0", 8883),
                        new TlsConfig(
                                dir.resolve("etc/key.pem"),
                                dir.resolve("etc/cert.pem"),
                                null,
                                false,
                                false,
                                null,
                                List.of("TLSv1.3", "TLSv1.2"),
                                List.of(),
                                15_000)));
    }

    @Test
    void nothingIsRewritten(@TempDir Path dir) throws InvalidConfigException {
        assertThat(defaults(dir).rewrite()).isEqualTo(RewriteConfig.NONE);
    }

    @Test
    void unixListener(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf("listener.unix.local = run/mqtt.sock")
                .load();

        assertThat(config.listeners())
                .extracting(ListenerConfig::address)
                .containsExactly(new UnixBind(dir.resolve("run/mqtt.sock")));
    }

    private static BrokerConfig defaults(Path dir) throws InvalidConfigException {
        return new TestHome(dir)
                .wkmqConf("listener.tcp.external = 127.0.0.1:1883")
                .load();
    }
}

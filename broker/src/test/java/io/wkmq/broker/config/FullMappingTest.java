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
import io.wkmq.broker.config.ClusterConfig.Tls;
import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.RateLimit;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.config.MqttConfig.AclCache;
import io.wkmq.broker.config.MqttConfig.AclNomatch;
import io.wkmq.broker.config.MqttConfig.DropPolicy;
import io.wkmq.broker.config.MqttConfig.Durability;
import io.wkmq.broker.config.MqttConfig.QueueLimits;
import io.wkmq.broker.config.MqttConfig.RetainedLimits;
import io.wkmq.broker.config.MqttConfig.SessionLimits;
import io.wkmq.cluster.ClusterTimes;
import io.wkmq.cluster.discovery.StaticSeed;
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

/** Tests that each key sets its own value: all values differ from the defaults, and from each other where they can. */
class FullMappingTest {
    private static final String LISTENER = "listener.tcp.external = 127.0.0.1:1883";

    @Test
    void node(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "node.name = a-1@host.example",
                        "node.cookie = emq#secret",
                        "node.data_dir = /var/lib/wkmq",
                        "node.event_loops = 7",
                        "node.dist_listen_min = 7001",
                        "node.dist_listen_max = 7002",
                        "node.shutdown_drain = 7s")
                .load();

        assertThat(config.home()).isEqualTo(dir);
        assertThat(config.node())
                .isEqualTo(new NodeConfig(
                        new NodeName("a-1", "host.example"),
                        new Secret("emq#secret"),
                        Path.of("/var/lib/wkmq"),
                        7,
                        7001,
                        7002,
                        Duration.ofSeconds(7)));
    }

    @Test
    void log(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "log.dir = logs",
                        "log.level = Debug",
                        "log.console = off",
                        "log.format = json",
                        "log.rotation.size = 3MB",
                        "log.rotation.count = 4")
                .load();

        assertThat(config.log())
                .isEqualTo(new LogConfig(
                        dir.resolve("logs"), LogConfig.Level.DEBUG, false, LogConfig.Format.JSON, 3 << 20, 4));
    }

    @Test
    void mqtt(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "mqtt.allow_anonymous = on",
                        "mqtt.allow_anonymous_loopback = off",
                        "mqtt.acl_nomatch = allow",
                        "mqtt.cache_acl = off",
                        "mqtt.acl_cache.max_size = 28",
                        "mqtt.acl_cache.ttl = 29s",
                        "mqtt.shared_subscription_redispatch = off",
                        "mqtt.max_clientid_len = 23",
                        "mqtt.max_packet_size = 64KB",
                        "mqtt.fast_decode = off",
                        "mqtt.max_topic_levels = 11",
                        "mqtt.max_topic_len = 14",
                        "mqtt.max_topic_alias = 12",
                        "mqtt.max_outbound_topic_alias = 13",
                        "mqtt.response_information = answers/",
                        "mqtt.keepalive_backoff = 1.25",
                        "mqtt.server_keepalive = 31s",
                        "mqtt.client.idle_timeout = 16s",
                        "mqtt.session.max_subscriptions = 17",
                        "mqtt.session.max_inflight = 18",
                        "mqtt.session.max_awaiting_rel = 19",
                        "mqtt.session.expiry_interval = 1h30m",
                        "mqtt.session.durability = interval",
                        "mqtt.session.durability_interval = 20ms",
                        "mqtt.mqueue.max_length = 21",
                        "mqtt.mqueue.max_bytes = 22MB",
                        "mqtt.mqueue.store_qos0 = false",
                        "mqtt.mqueue.drop = newest",
                        "mqtt.retained.enabled = off",
                        "mqtt.retained.max_messages = 23",
                        "mqtt.retained.max_payload = 24KB",
                        "mqtt.retained.max_bytes = 25MB",
                        "mqtt.retained.expiry = 26h",
                        "mqtt.shared_subscription_strategy = hash_topic",
                        "mqtt.broker.sys_interval = 27s")
                .load();

        assertThat(config.mqtt())
                .isEqualTo(new MqttConfig(
                        true,
                        false,
                        AclNomatch.ALLOW,
                        new AclCache(false, 28, Duration.ofSeconds(29)),
                        23,
                        64 << 10,
                        false,
                        1.25,
                        Duration.ofSeconds(31),
                        Duration.ofSeconds(16),
                        new SessionLimits(
                                17, 18, 19, Duration.ofMinutes(90), Durability.INTERVAL, Duration.ofMillis(20)),
                        new QueueLimits(21, 22 << 20, false, DropPolicy.NEWEST),
                        new RetainedLimits(false, 23, 24 << 10, 25 << 20, Duration.ofHours(26)),
                        ShareStrategy.HASH_TOPIC,
                        false,
                        12,
                        13,
                        11,
                        14,
                        "answers/",
                        Duration.ofSeconds(27)));
    }

    @Test
    void wordsThatMeanACertainValue(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "mqtt.session.expiry_interval = never",
                        "mqtt.session.max_inflight = 0",
                        "mqtt.session.max_awaiting_rel = 0",
                        "mqtt.retained.expiry = never",
                        "mqtt.broker.sys_interval = off",
                        "management.listen = off",
                        "cluster.autoclean = off")
                .load();

        assertThat(config.mqtt().session().maxExpiry()).isEqualTo(Duration.ofSeconds(0xFFFF_FFFFL));
        assertThat(config.mqtt().session().maxInflight()).isEqualTo(65535);
        assertThat(config.mqtt().session().maxAwaitingRel()).isEqualTo(65535);
        assertThat(config.mqtt().retained().expiry()).isZero();
        assertThat(config.mqtt().sysInterval()).isZero();
        assertThat(config.management().listen()).isNull();
        assertThat(config.cluster().autoclean()).isZero();
    }

    @Test
    void overloadManagementStorageAndPlugins(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "overload.max_connections = 1",
                        "overload.connect_rate = 2",
                        "overload.memory_watermark = 70%",
                        "overload.max_sessions = 3",
                        "overload.queue_memory = 4%",
                        "overload.mailbox_length = 5000",
                        "management.listen = [::1]:9090",
                        "management.socket = /tmp/ctl.sock",
                        "management.token_file = token",
                        "storage.fail_on_corruption = on",
                        "storage.reserve = 1GB",
                        "plugins.dir = /opt/plugins",
                        "plugins.loaded = auth-file, mine, third",
                        "plugin.auth-file.users = users.txt",
                        "plugin.mine.a.b = 1",
                        "plugin.mine.password = hush")
                .load();

        assertThat(config.overload()).isEqualTo(new OverloadConfig(1, 2, 0.7, 3, 0.04, 5000));
        assertThat(config.management())
                .isEqualTo(new ManagementConfig(
                        new InetBind("::1", 9090), Path.of("/tmp/ctl.sock"), dir.resolve("token")));
        assertThat(config.storage()).isEqualTo(new StorageConfig(true, 1 << 30));
        assertThat(config.plugins())
                .isEqualTo(new PluginsConfig(
                        Path.of("/opt/plugins"),
                        List.of("auth-file", "mine", "third"),
                        Map.of(
                                "auth-file",
                                Map.of("acl", dir.resolve("etc/acl.conf").toString(), "users", "users.txt"),
                                "mine",
                                Map.of("a.b", "1", "password", "hush"),
                                "third",
                                Map.of())));
        assertThat(config.plugins().toString()).doesNotContain("hush");
    }

    @Test
    void cluster(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir);
        for (String name : List.of("n.pem", "n.key", "n.ca", "e.pem", "e.key", "e.ca")) {
            home.write(name);
        }
        BrokerConfig config = home.wkmqConf(LISTENER)
                .clusterConf(
                        "cluster.name = blue",
                        "cluster.discovery = k8s",
                        "cluster.bootstrap_expect = 3",
                        "cluster.join.timeout = 31s",
                        "cluster.autoheal = off",
                        "cluster.autoheal.delay = 32s",
                        "cluster.autoheal.period = 33s",
                        "cluster.heartbeat.interval = 2s",
                        "cluster.heartbeat.max = 34s",
                        "cluster.heartbeat.detector = phi_accrual",
                        "cluster.tls.enabled = on",
                        "cluster.tls.cert = n.pem",
                        "cluster.tls.key = n.key",
                        "cluster.tls.ca = n.ca",
                        "cluster.link.queue_bytes = 35MB",
                        "cluster.suback.wait = 36s",
                        "cluster.discovery_period = 43s",
                        "cluster.handshake.timeout = 4s",
                        "cluster.answer.timeout = 45s",
                        "cluster.merge.timeout = 46s",
                        "cluster.leader.timeout = 47s",
                        "cluster.connect.wait = 48s",
                        "cluster.session.wait = 49s",
                        "cluster.will.wait = 50s",
                        "cluster.will.restart_wait = 51s",
                        "cluster.allow_register_during_netsplit = off",
                        "cluster.allow_subscribe_during_netsplit = off",
                        "cluster.channels.replicas = 5",
                        "cluster.channels.groups = 43",
                        "cluster.channels.rebalance_after = 42s",
                        "cluster.channels.scrub_interval = 37d",
                        "cluster.channels.scrub_rate = 38MB",
                        "cluster.channels.batch_messages = 39",
                        "cluster.channels.batch_bytes = 40KB",
                        "cluster.channels.batch_linger = 41ms",
                        "cluster.autoclean = 24h",
                        "cluster.static.seeds = emq1@127.0.0.1,emq2@127.0.0.1:6370",
                        "cluster.mcast.addr = 239.1.1.1",
                        "cluster.mcast.ports = 5001, 5002",
                        "cluster.mcast.iface = 10.0.0.1",
                        "cluster.mcast.ttl = 3",
                        "cluster.mcast.loop = off",
                        "cluster.dns.name = nodes.example",
                        "cluster.dns.record_type = srv",
                        "cluster.etcd.server = http://10.0.0.1:2379,https://etcd.example:2379",
                        "cluster.etcd.prefix = emqcl",
                        "cluster.etcd.node_ttl = 90s",
                        "cluster.etcd.user = root",
                        "cluster.etcd.password = hush",
                        "cluster.etcd.tls.ca = e.ca",
                        "cluster.etcd.tls.cert = e.pem",
                        "cluster.etcd.tls.key = e.key",
                        "cluster.k8s.apiserver = http://10.110.111.204:8080",
                        "cluster.k8s.service_name = svc",
                        "cluster.k8s.address_type = hostname",
                        "cluster.k8s.namespace = ns",
                        "cluster.k8s.suffix = svc.example",
                        "cluster.k8s.token_file = k.token",
                        "cluster.k8s.ca_file = k.ca")
                .load();

        assertThat(config.cluster())
                .isEqualTo(new ClusterConfig(
                        "blue",
                        Discovery.K8S,
                        3,
                        Duration.ofSeconds(31),
                        new Autoheal(false, Duration.ofSeconds(32), Duration.ofSeconds(33)),
                        Duration.ofHours(24),
                        new Heartbeat(Duration.ofSeconds(2), Duration.ofSeconds(34), Detector.PHI_ACCRUAL),
                        new Tls(dir.resolve("n.pem"), dir.resolve("n.key"), dir.resolve("n.ca")),
                        35 << 20,
                        Duration.ofSeconds(36),
                        new ClusterTimes(
                                Duration.ofSeconds(43),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(45),
                                Duration.ofSeconds(46),
                                Duration.ofSeconds(47),
                                new SessionTimes(
                                        Duration.ofSeconds(48),
                                        Duration.ofSeconds(49),
                                        Duration.ofSeconds(50),
                                        Duration.ofSeconds(51))),
                        new Netsplit(false, true, false),
                        5,
                        43,
                        Duration.ofSeconds(42),
                        new ChannelScrub(Duration.ofDays(37), 38 << 20),
                        new ChannelBatch(39, 40 << 10, Duration.ofMillis(41)),
                        List.of(
                                new StaticSeed(new NodeName("emq1", "127.0.0.1"), 0),
                                new StaticSeed(new NodeName("emq2", "127.0.0.1"), 6370)),
                        new Mcast("239.1.1.1", List.of(5001, 5002), "10.0.0.1", 3, false),
                        new Dns("nodes.example", RecordType.SRV),
                        new Etcd(
                                List.of(URI.create("http://10.0.0.1:2379"), URI.create("https://etcd.example:2379")),
                                "emqcl",
                                Duration.ofSeconds(90),
                                "root",
                                new Secret("hush"),
                                dir.resolve("e.ca"),
                                dir.resolve("e.pem"),
                                dir.resolve("e.key")),
                        new K8s(
                                URI.create("http://10.110.111.204:8080"),
                                "svc",
                                AddressType.HOSTNAME,
                                "ns",
                                "svc.example",
                                dir.resolve("k.token"),
                                dir.resolve("k.ca"))));
        assertThat(config.cluster().toString()).doesNotContain("hush");
    }

    @Test
    void listener(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .write("k.pem")
                .write("c.pem")
                .write("ca.pem")
                .wkmqConf(
                        "listener.wss.my_1 = 0.0.0.0:8084",
                        "listener.wss.my_1.acceptors = 1",
                        "listener.wss.my_1.max_clients = 2",
                        "listener.wss.my_1.max_conn_rate = 3",
                        "listener.wss.my_1.backlog = 4",
                        "listener.wss.my_1.rate_limit = 100,10",
                        "listener.wss.my_1.messages_rate = 5",
                        "listener.wss.my_1.mountpoint = devices/%u/",
                        "listener.wss.my_1.access.10 = deny all",
                        "listener.wss.my_1.access.2 = allow 192.168.0.0/24",
                        "listener.wss.my_1.access.3 = allow ::1",
                        "listener.wss.my_1.proxy_protocol = on",
                        "listener.wss.my_1.proxy_protocol_timeout = 6s",
                        "listener.wss.my_1.nodelay = false",
                        "listener.wss.my_1.reuseaddr = false",
                        "listener.wss.my_1.path = /ws/mqtt",
                        "listener.wss.my_1.keyfile = k.pem",
                        "listener.wss.my_1.certfile = c.pem",
                        "listener.wss.my_1.cacertfile = ca.pem",
                        "listener.wss.my_1.verify = verify_peer",
                        "listener.wss.my_1.fail_if_no_peer_cert = true",
                        "listener.wss.my_1.peer_cert_as_username = dn",
                        "listener.wss.my_1.tls_versions = tlsv1.2",
                        "listener.wss.my_1.ciphers = TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384",
                        "listener.wss.my_1.handshake_timeout = 7s")
                .load();

        assertThat(config.listeners())
                .containsExactly(new ListenerConfig(
                        Protocol.WSS,
                        "my_1",
                        new InetBind("0.0.0.0", 8084),
                        1,
                        2,
                        3,
                        4,
                        new RateLimit(100 << 10, 10 << 10),
                        5,
                        "devices/%u/",
                        List.of(
                                new AccessRule(true, "192.168.0.0/24"),
                                new AccessRule(true, "::1"),
                                new AccessRule(false, "all")),
                        true,
                        6000,
                        false,
                        false,
                        "/ws/mqtt",
                        new TlsConfig(
                                dir.resolve("k.pem"),
                                dir.resolve("c.pem"),
                                dir.resolve("ca.pem"),
                                true,
                                true,
                                PeerCertAsUserName.DN,
                                List.of("TLSv1.2"),
                                List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"),
                                7000)));
    }
}

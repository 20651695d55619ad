package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests configuration lines that administrators of EMQ are used to. */
class EmqFilesTest {
    private static final String LISTENER = "listener.tcp.external = 1883";

    @Test
    void everyKeyThatEmqShipsLoads(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .write("etc/certs/key.pem")
                .write("etc/certs/cert.pem")
                .wkmqConf(
                        "cluster.name = emqcl",
                        "cluster.discovery = manual",
                        "cluster.autoheal = on",
                        "cluster.autoclean = 5m",
                        "cluster.mcast.addr = 239.192.0.1",
                        "cluster.mcast.ports = 4369,4370",
                        "cluster.k8s.app_name = emq",
                        "node.name = emq@127.0.0.1",
                        "node.cookie = emqsecretcookie",
                        "node.smp = auto",
                        "node.heartbeat = on",
                        "node.kernel_poll = on",
                        "node.async_threads = 32",
                        "node.process_limit = 256000",
                        "node.max_ports = 65536",
                        "node.dist_buffer_size = 8MB",
                        "node.max_ets_tables = 256000",
                        "node.fullsweep_after = 1000",
                        "node.crash_dump = log/crash.dump",
                        "node.proto_dist = inet_tcp",
                        "node.dist_net_ticktime = 60",
                        "node.dist_listen_min = 6369",
                        "node.dist_listen_max = 6379",
                        "log.dir = log",
                        "log.console = both",
                        "log.console.level = error",
                        "log.console.file = log/console.log",
                        "log.error.file = log/error.log",
                        "log.error.size = 10485760",
                        "log.error.count = 5",
                        "log.crash = on",
                        "log.crash.file = log/crash.log",
                        "log.syslog = on",
                        "log.syslog.level = error",
                        "mqtt.allow_anonymous = true",
                        "mqtt.acl_nomatch = allow",
                        "mqtt.acl_file = etc/acl.conf",
                        "mqtt.cache_acl = true",
                        "mqtt.max_clientid_len = 1024",
                        "mqtt.max_packet_size = 64KB",
                        "mqtt.websocket_protocol_header = on",
                        "mqtt.keepalive_backoff = 0.75",
                        "mqtt.conn.force_gc_count = 100",
                        "mqtt.client.idle_timeout = 30s",
                        "mqtt.client.enable_stats = off",
                        "mqtt.session.max_subscriptions = 0",
                        "mqtt.session.upgrade_qos = off",
                        "mqtt.session.max_inflight = 32",
                        "mqtt.session.retry_interval = 20s",
                        "mqtt.session.max_awaiting_rel = 1000",
                        "mqtt.session.await_rel_timeout = 30s",
                        "mqtt.session.enable_stats = off",
                        "mqtt.session.expiry_interval = 2h",
                        "mqtt.session.ignore_loop_deliver = false",
                        "mqtt.mqueue.type = simple",
                        "mqtt.mqueue.max_length = 1000",
                        "mqtt.mqueue.low_watermark = 20%",
                        "mqtt.mqueue.high_watermark = 60%",
                        "mqtt.mqueue.store_qos0 = true",
                        "mqtt.broker.sys_interval = 1m",
                        "mqtt.bridge.max_queue_len = 10000",
                        "mqtt.bridge.ping_down_interval = 1s",
                        "mqtt.pubsub.pool_size = 8",
                        "mqtt.pubsub.by_clientid = true",
                        "mqtt.pubsub.async = true",
                        "mqtt.plugins.etc_dir = etc/plugins/",
                        "mqtt.plugins.loaded_file = data/loaded_plugins",
                        "listener.tcp.external = 0.0.0.0:1883",
                        "listener.tcp.external.acceptors = 16",
                        "listener.tcp.external.max_clients = 102400",
                        "listener.tcp.external.access.1 = allow all",
                        "listener.tcp.external.backlog = 1024",
                        "listener.tcp.external.buffer = 4KB",
                        "listener.tcp.external.send_timeout = 15s",
                        "listener.tcp.external.send_timeout_close = on",
                        "listener.tcp.external.nodelay = true",
                        "listener.tcp.external.reuseaddr = true",
                        "listener.tcp.internal = 127.0.0.1:11883",
                        "listener.tcp.internal.tune_buffer = on",
                        "listener.tcp.internal.recbuf = 4KB",
                        "listener.tcp.internal.sndbuf = 1MB",
                        "listener.ssl.external = 8883",
                        "listener.ssl.external.keyfile = etc/certs/key.pem",
                        "listener.ssl.external.certfile = etc/certs/cert.pem",
                        "listener.ssl.external.handshake_timeout = 15s",
                        "listener.ssl.external.honor_cipher_order = on",
                        "listener.ws.external = 8083",
                        "listener.ws.external.max_clients = 64",
                        "listener.api.mgmt = 127.0.0.1:8080",
                        "listener.api.mgmt.max_clients = 64",
                        "sysmon.long_gc = false",
                        "sysmon.large_heap = 8MB")
                .load();

        assertThat(config.listeners())
                .extracting(ListenerConfig::address)
                .containsExactlyInAnyOrder(
                        new InetBind("0.0.0.0", 1883),
                        new InetBind("127.0.0.1", 11883),
                        new InetBind("0.0.0.0", 8883),
                        new InetBind("0.0.0.0", 8083));
        assertThat(config.log().console()).isTrue();
    }

    @Test
    void allKeysOfTheErlangVmShareOneNotice(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(LISTENER, "node.smp = auto", "node.async_threads = 32", "sysmon.long_gc = false")
                .load();

        assertThat(config.notices())
                .containsExactly("not used, for they tune the Erlang VM: node.smp, node.async_threads, sysmon.long_gc");
    }

    @Test
    void aKeyThatIsNotUsedSaysWhy(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(LISTENER, "mqtt.session.retry_interval = 20s")
                .load();

        assertThat(config.notices())
                .containsExactly(
                        dir.resolve("etc/wkmq.conf") + ":2: mqtt.session.retry_interval is not used: a delivery"
                                + " is repeated only after a reconnect, as MQTT asks");
    }

    @Test
    void aValueThatDoesNotActInThisVersionIsANotice(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "mqtt.session.upgrade_qos = on",
                        "mqtt.mqueue.type = priority",
                        "mqtt.mqueue.priority = topic/1=10, topic=a=8, none=0")
                .load();

        assertThat(config.notices())
                .containsExactly(
                        "mqtt.session.upgrade_qos does not act in this version: a delivery has the lower QoS of its"
                                + " message and its subscription",
                        "mqtt.mqueue.type = priority does not act in this version: all messages wait in one order");
    }

    @Test
    void aKeyThatProtectsIsNotIgnored(@TempDir Path dir) {
        TestHome home = new TestHome(dir)
                .wkmqConf(
                        LISTENER,
                        "mqtt.session.ignore_loop_deliver = true",
                        "mqtt.client.max_publish_rate = 5",
                        "node.ssl_dist_optfile = etc/ssl_dist.conf");

        assertThat(home.errors())
                .hasSize(3)
                .anySatisfy(error -> assertThat(error)
                        .endsWith(
                                ":3: mqtt.client.max_publish_rate = 5: use listener.<protocol>.<name>.messages_rate"));
    }

    @Test
    void theCookieThatEverybodyKnowsIsANotice(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir).wkmqConf(LISTENER).load(Map.of("EMQ_NODE_COOKIE", "emqsecretcookie"));

        assertThat(config.notices()).singleElement().asString().startsWith("node.cookie is the one EMQ ships");
    }

    @Test
    void theCookieThatEverybodyKnowsIsRefusedWhereOtherMachinesReachTheNode(@TempDir Path dir) {
        TestHome home =
                new TestHome(dir).wkmqConf(LISTENER, "node.name = emq@10.0.0.1", "node.cookie = emqsecretcookie");

        assertThat(home.errors())
                .containsExactly(dir.resolve("etc/wkmq.conf") + ":3: node.cookie = ***: everybody knows this one,"
                        + " which EMQ ships, and other machines reach 10.0.0.1 (node.name); expected a long random text"
                        + " of your own, the same on all nodes; or cluster.tls.*, or cluster.discovery = singleton");
        assertThat(home.errors(Map.of("WKMQ_NODE__NAME", "emq@::"))).hasSize(1);
        assertThat(home.errors(Map.of("WKMQ_NODE__NAME", "emq@no-such-host.invalid")))
                .hasSize(1);
        assertThat(home.errors(Map.of("WKMQ_NODE__COOKIE", "my own"))).isEmpty();
    }

    @Test
    void theCookieThatEverybodyKnowsIsANoticeWhereItLetsNobodyIn(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir)
                .wkmqConf(LISTENER, "node.name = emq@10.0.0.1", "node.cookie = emqsecretcookie")
                .write("etc/node.pem");
        Map<String, String> tls = Map.of(
                "WKMQ_CLUSTER__TLS__ENABLED", "on",
                "WKMQ_CLUSTER__TLS__CERT", "etc/node.pem",
                "WKMQ_CLUSTER__TLS__KEY", "etc/node.pem",
                "WKMQ_CLUSTER__TLS__CA", "etc/node.pem");
        for (Map<String, String> safe : List.of(
                tls,
                Map.of("WKMQ_CLUSTER__DISCOVERY", "singleton"),
                Map.of("WKMQ_NODE__NAME", "emq@127.0.0.2"),
                Map.of("WKMQ_NODE__NAME", "emq@::1"))) {
            assertThat(home.load(safe).notices())
                    .as("with %s", safe)
                    .anySatisfy(notice -> assertThat(notice).startsWith("node.cookie is the one EMQ ships"));
        }
    }
}

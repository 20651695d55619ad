package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.routing.NodeName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final String LISTENER = "listener.tcp.external = 127.0.0.1:1883";

    @Test
    void environmentWinsOverFilesAndFilesOverDefaults(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir)
                .wkmqConf(LISTENER, "mqtt.max_topic_levels = 5", "mqtt.max_topic_alias = 6")
                .clusterConf("cluster.name = blue");

        BrokerConfig config = home.load(Map.of("WKMQ_MQTT__MAX_TOPIC_LEVELS", "7", "WKMQ_CLUSTER__NAME", "green"));

        assertThat(config.mqtt().maxTopicLevels()).isEqualTo(7);
        assertThat(config.mqtt().maxTopicAlias()).isEqualTo(6);
        assertThat(config.mqtt().maxClientIdLength()).isEqualTo(1024);
        assertThat(config.cluster().name()).isEqualTo("green");
    }

    @Test
    void listenersCanBeMovedSwitchedOffAndAddedByEnvironment(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "listener.ws.external = 127.0.0.1:8083");

        BrokerConfig config = home.load(Map.of(
                "WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:21883",
                "WKMQ_LISTENER__TCP__EXTERNAL__MAX_CLIENTS", "9",
                "WKMQ_LISTENER__WS__EXTERNAL", "off",
                "WKMQ_LISTENER__TCP__SECOND", "127.0.0.1:0"));

        assertThat(config.listeners())
                .extracting(ListenerConfig::protocol, ListenerConfig::name, ListenerConfig::address)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Protocol.TCP, "external", new InetBind("127.0.0.1", 21883)),
                        org.assertj.core.groups.Tuple.tuple(Protocol.TCP, "second", new InetBind("127.0.0.1", 0)));
        assertThat(config.listeners().get(0).maxClients()).isEqualTo(9);
    }

    @Test
    void aListenerWithCapitalsInItsNameIsReachedByEnvironment(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir).wkmqConf("listener.tcp.Factory-1 = 127.0.0.1:1883");

        BrokerConfig config = home.load(Map.of("WKMQ_LISTENER__TCP__FACTORY-1__BACKLOG", "3"));

        assertThat(config.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.name()).isEqualTo("Factory-1");
            assertThat(listener.backlog()).isEqualTo(3);
        });
    }

    @Test
    void namesOfEmqAreKnownAndOursWinOverThem(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "listener.ws.external = 127.0.0.1:8083");

        BrokerConfig config = home.load(Map.of(
                "EMQ_NODE_NAME", "emq@10.0.0.1",
                "EMQ_NODE_COOKIE", "abc",
                "EMQ_MAX_PORTS", "100000",
                "EMQ_MAX_PACKET_SIZE", "64KB",
                "EMQ_TCP_PORT", "2883",
                "EMQ_WS_PORT", "9083",
                "WKMQ_MQTT__MAX_PACKET_SIZE", "128KB"));

        assertThat(config.node().name()).isEqualTo(new NodeName("emq", "10.0.0.1"));
        assertThat(config.node().cookie().value()).isEqualTo("abc");
        assertThat(config.mqtt().maxPacketBytes()).isEqualTo(128 << 10);
        assertThat(config.listeners())
                .extracting(ListenerConfig::address)
                .containsExactly(new InetBind("127.0.0.1", 2883), new InetBind("127.0.0.1", 9083));
        assertThat(config.notices()).anyMatch(notice -> notice.contains("EMQ_MAX_PORTS"));
    }

    @Test
    void theSecurePortsOfEmqAreKnownToo(@TempDir Path dir) {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER);

        assertThat(home.errors(Map.of("EMQ_SSL_PORT", "8883", "EMQ_WSS_PORT", "8084")))
                .containsExactly(
                        "environment: EMQ_SSL_PORT = 8883: expected keyfile with it, a PEM file",
                        "environment: EMQ_SSL_PORT = 8883: expected certfile with it, a PEM file",
                        "environment: EMQ_WSS_PORT = 8084: expected keyfile with it, a PEM file",
                        "environment: EMQ_WSS_PORT = 8084: expected certfile with it, a PEM file");
    }

    @Test
    void allErrorsAreToldAtOnceWithPlaceValueAndWhatWasExpected(@TempDir Path dir) {
        TestHome home = new TestHome(dir)
                .wkmqConf(
                        "node.name = wkmq",
                        "mqtt.max_packet_size = 8XB",
                        "mqtt.session.max_inflght = 5",
                        "",
                        "mqtt.client.idle_timeout = 3 # seconds",
                        "listener.tcp.external = 127.0.0.1:99999",
                        "listener.tcp.external.max_clients = many",
                        "what is this")
                .clusterConf("cluster.discovery = zeroconf", "cluster.autoheal = maybe");

        String wkmq = dir.resolve("etc/wkmq.conf").toString();
        String cluster = dir.resolve("etc/cluster.conf").toString();
        assertThat(home.errors(Map.of("WKMQ_MQTT__MAX_TOPIC_LEVEL", "1", "WKMQ_LOG__LEVEL", "loud")))
                .containsExactlyInAnyOrder(
                        wkmq
                                + ":1: node.name = wkmq: 'wkmq' is not a node name; expected name@host, as in wkmq@127.0.0.1",
                        wkmq + ":2: mqtt.max_packet_size = 8XB: expected a size, as in 64KB or 8MB",
                        wkmq + ":3: mqtt.session.max_inflght = 5: unknown key; nearest is mqtt.session.max_inflight",
                        wkmq + ":5: mqtt.client.idle_timeout = 3 # seconds: expected a duration, as in 500ms, 30s, 5m,"
                                + " 1h30m or 7d (a comment stands on a line of its own)",
                        wkmq + ":6: listener.tcp.external = 127.0.0.1:99999: expected host:port, as in 127.0.0.1:1883,"
                                + " or a port",
                        wkmq + ":7: listener.tcp.external.max_clients = many: expected a whole number",
                        wkmq + ":8: 'what is this': expected key = value",
                        cluster
                                + ":1: cluster.discovery = zeroconf: expected one of manual, static, mcast, dns, etcd, k8s, singleton",
                        cluster + ":2: cluster.autoheal = maybe: expected on or off",
                        "environment: WKMQ_MQTT__MAX_TOPIC_LEVEL = 1: unknown key; nearest is"
                                + " WKMQ_MQTT__MAX_TOPIC_LEVELS",
                        "environment: WKMQ_LOG__LEVEL = loud: expected one of error, warn, info, debug, trace");
    }

    @Test
    void theExceptionListsAllErrors(@TempDir Path dir) {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "x = 1", "log.level = loud");

        assertThatThrownBy(home::load)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("2 errors in the configuration:\n  " + dir)
                .hasMessageContaining("wkmq.conf:2: x = 1")
                .hasMessageContaining("wkmq.conf:3: log.level = loud");
    }

    @Test
    void secretsAreNeverShown(@TempDir Path dir) throws InvalidConfigException {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "node.cookie = hush");
        assertThat(home.load().toString()).doesNotContain("hush").contains("cookie=***");

        home.wkmqConf(
                LISTENER, "node.cokie = hush", "node.cookie = \"hush", "my.password = hush", "cookie hush secret");
        assertThat(String.join("\n", home.errors()))
                .doesNotContain("= hush")
                .doesNotContain("\"hush")
                .contains("node.cokie = ***: unknown key; nearest is node.cookie")
                .contains("my.password = ***");
    }

    @Test
    void aKeySetTwiceIsANoticeAndTheLastOneCounts(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(LISTENER, "log.level = debug", "log.level = warn")
                .load();

        assertThat(config.log().level()).isEqualTo(LogConfig.Level.WARN);
        assertThat(config.notices())
                .containsExactly(dir.resolve("etc/wkmq.conf") + ":3: log.level is set again, "
                        + dir.resolve("etc/wkmq.conf") + ":2 does not count");
    }

    @Test
    void relativePathsStartFromHomeAndPluginsFromTheDistribution(@TempDir Path dir, @TempDir Path distribution)
            throws InvalidConfigException {
        TestHome home = new TestHome(dir).wkmqConf(LISTENER, "log.dir = /var/log/wkmq");

        BrokerConfig config = ConfigLoader.load(home.root(), distribution, Map.of());

        assertThat(config.node().dataDir()).isEqualTo(dir.resolve("data"));
        assertThat(config.log().dir()).isEqualTo(Path.of("/var/log/wkmq"));
        assertThat(config.plugins().dir()).isEqualTo(distribution.resolve("plugins"));
    }

    @Test
    void withoutAnyListenerThereIsNothingToStart(@TempDir Path dir) {
        assertThat(new TestHome(dir).wkmqConf("listener.tcp.external = off").errors())
                .containsExactly("no listener is configured in " + dir.resolve("etc/wkmq.conf")
                        + "; expected at least one, as in listener.tcp.external = 127.0.0.1:1883");
    }

    @Test
    void withoutFilesTheEnvironmentIsEnough(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = ConfigLoader.load(dir, dir, Map.of("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0"));

        assertThat(config.listeners()).hasSize(1);
        assertThat(config.notices()).hasSize(2).allMatch(notice -> notice.endsWith("no such file, defaults apply"));
    }

    @Test
    void aKeyBelowAListenerThatIsNotThereIsAnError(@TempDir Path dir) {
        assertThat(new TestHome(dir)
                        .wkmqConf(LISTENER, "listener.tcp.exernal.backlog = 5")
                        .errors())
                .containsExactly(dir.resolve("etc/wkmq.conf") + ":2: listener.tcp.exernal.backlog = 5: there is no"
                        + " listener.tcp.exernal; expected an address or off for it");
    }

    @Test
    void settingsOfPluginsArePassedOnAlsoFromTheEnvironment(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(LISTENER, "mqtt.acl_file = /etc/acl", "plugin.auth-file.cache_ttl = 1m")
                .load(Map.of("WKMQ_PLUGIN__AUTH_FILE__CACHE_SIZE", "7"));

        assertThat(config.plugins().settings())
                .isEqualTo(Map.of("auth-file", Map.of("acl", "/etc/acl", "cache_ttl", "1m", "cache_size", "7")));
    }

    @Test
    void aWrongFileOfAccessRulesIsOneErrorWhicheverPluginsAreLoaded(@TempDir Path dir) {
        for (String loaded : List.of("auth-file", "other")) {
            assertThat(new TestHome(dir)
                            .wkmqConf(LISTENER, "plugins.loaded = " + loaded, "mqtt.acl_file =")
                            .errors())
                    .as("with %s", loaded)
                    .singleElement()
                    .asString()
                    .endsWith("expected a path");
        }
    }

    @Test
    void settingsOfAPluginThatIsNotLoadedAreAnError(@TempDir Path dir) {
        assertThat(new TestHome(dir)
                        .wkmqConf(LISTENER, "plugin.auth-fiel.users = x")
                        .errors())
                .containsExactly(dir.resolve("etc/wkmq.conf")
                        + ":2: plugin.auth-fiel.users = x: there is no plugin auth-fiel in plugins.loaded");
    }

    @Test
    void aVariableWithOneUnderscoreIsANotice(@TempDir Path dir) throws InvalidConfigException {
        BrokerConfig config = new TestHome(dir)
                .wkmqConf(LISTENER)
                .load(Map.of("WKMQ_NODE_NAME", "x@y", "WKMQ_HOME", "/x", "PATH", "/bin"));

        assertThat(config.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice).startsWith("environment: WKMQ_NODE_NAME is not used"));
    }

    @Test
    void aSocketPathThatIsTooLongIsAnErrorEvenByDefault(@TempDir Path dir) {
        Path deep = dir.resolve("x".repeat(100));
        assertThat(new TestHome(deep).wkmqConf(LISTENER).errors())
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .startsWith("default: management.socket = run/wkctl.sock: the path " + deep)
                        .endsWith("a socket's path has at most 103"));
    }

    @Test
    void thePortRangeMustNotBeUpsideDown(@TempDir Path dir) {
        assertThat(new TestHome(dir)
                        .wkmqConf(LISTENER, "node.dist_listen_min = 7000", "node.dist_listen_max = 6999")
                        .errors())
                .containsExactly(dir.resolve("etc/wkmq.conf") + ":3: node.dist_listen_max = 6999: expected a port not"
                        + " below node.dist_listen_min = 7000");
    }

    @Test
    void aNodeOfAClusterNeedsTwoPorts(@TempDir Path dir) throws InvalidConfigException {
        String[] onePort = {LISTENER, "node.dist_listen_min = 7000", "node.dist_listen_max = 7000"};
        assertThat(new TestHome(dir).wkmqConf(onePort).errors())
                .containsExactly(dir.resolve("etc/wkmq.conf") + ":3: node.dist_listen_max = 7000: expected a port above"
                        + " node.dist_listen_min = 7000: a node takes members on one and messages of other nodes on"
                        + " another; or cluster.discovery = singleton");
        assertThat(new TestHome(dir)
                        .wkmqConf(onePort)
                        .clusterConf("cluster.discovery = singleton")
                        .load()
                        .node()
                        .distListenMax())
                .isEqualTo(7000);
    }

    @BeforeEach
    void theDefaultsThemselvesAreSound(@TempDir Path dir) throws InvalidConfigException {
        new TestHome(dir).wkmqConf(LISTENER).load();
    }
}

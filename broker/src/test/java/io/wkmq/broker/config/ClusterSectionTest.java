package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ClusterConfig.Discovery;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the constraints between keys of {@code cluster.*}, and EMQ's names for them. */
class ClusterSectionTest {
    private static final String LISTENER = "listener.tcp.external = 127.0.0.1:1883";

    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource(Discovery.class)
    void everyStrategyIsTaken(Discovery discovery) throws InvalidConfigException {
        BrokerConfig config = home("cluster.discovery = " + discovery, "cluster.static.seeds = a@10.0.0.1")
                .load();

        assertThat(config.cluster().discovery()).isEqualTo(discovery);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "4", "6", "8", "9"})
    void anEvenNumberOfReplicasIsRefused(String replicas) {
        assertThat(home("cluster.channels.replicas = " + replicas).errors())
                .singleElement()
                .asString()
                .contains("cluster.channels.replicas", "expected 1, 3, 5 or 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65"})
    void aNumberOfGroupsOutOfRangeIsRefused(String groups) {
        assertThat(home("cluster.channels.groups = " + groups).errors())
                .singleElement()
                .asString()
                .contains("cluster.channels.groups = " + groups + ": expected a whole number from 1 to 64");
    }

    @Test
    void theStaticStrategyNeedsAList() {
        assertThat(home("cluster.discovery = static").errors())
                .singleElement()
                .asString()
                .contains("cluster.static.seeds = : expected at least one node");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "a@10.0.0.1:0", "a@10.0.0.1:65536", "a@host name", "a@[::1]:x"})
    void aSeedThatIsNoNodeIsToldWithItsForm(String seed) {
        assertThat(home("cluster.static.seeds = ok@10.0.0.1," + seed).errors())
                .singleElement()
                .asString()
                .contains("'" + seed + "' is not a node; expected name@host or name@host:port");
    }

    @Test
    void aSwitchMayHaveKeysBelowIt() throws InvalidConfigException {
        BrokerConfig config = home("cluster.autoheal.delay = 3s", "cluster.autoheal = off")
                .load(Map.of("WKMQ_CLUSTER__AUTOHEAL__PERIOD", "4s"));

        assertThat(config.cluster().autoheal().enabled()).isFalse();
        assertThat(config.cluster().autoheal().delay()).hasSeconds(3);
        assertThat(config.cluster().autoheal().period()).hasSeconds(4);
        assertThat(home("cluster.autoheal.delay = 1h1s").errors())
                .singleElement()
                .asString()
                .endsWith("etc/cluster.conf:1: cluster.autoheal.delay = 1h1s: expected a duration from 1s to 1h");
    }

    @Test
    void aSilenceShorterThanTwoHeartbeatsIsRefused() {
        assertThat(home("cluster.heartbeat.interval = 6s").errors())
                .singleElement()
                .asString()
                .contains(
                        "cluster.heartbeat.max = 10s: expected at least twice cluster.heartbeat.interval, which is 6s");
        assertThat(home("cluster.heartbeat.interval = 1500ms", "cluster.heartbeat.max = 3s")
                        .errors())
                .singleElement()
                .asString()
                .endsWith("cluster.heartbeat.max = 3s: expected at least twice cluster.heartbeat.interval,"
                        + " which is 1500ms, for members 2s");
        assertThat(home("cluster.heartbeat.interval = 500ms", "cluster.heartbeat.max = 1500ms")
                        .errors())
                .isEmpty();
    }

    @Test
    void anUnknownDetectorIsRefused() {
        assertThat(home("cluster.heartbeat.detector = phi").errors())
                .singleElement()
                .asString()
                .endsWith("cluster.heartbeat.detector = phi: expected one of deadline, phi_accrual");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster.discovery_period = 3s: expected a duration from 4s to 1h",
                "cluster.handshake.timeout = 499ms: expected a duration from 500ms to 10s",
                "cluster.answer.timeout = 0: expected a duration from 1s to 1m",
                "cluster.merge.timeout = 61s: expected a duration from 1s to 1m",
                "cluster.leader.timeout = 4s: expected a duration from 5s to 10m",
                "cluster.connect.wait = 61s: expected a duration from 0 to 1m",
                "cluster.session.wait = 0: expected a duration from 1s to 1m",
                "cluster.will.wait = 99ms: expected a duration from 100ms to 1h",
                "cluster.will.restart_wait = 2h: expected a duration from 1s to 1h"
            })
    void aTimeThatIsTooShortOrTooLongIsRefused(String error) {
        assertThat(home(error.substring(0, error.lastIndexOf(": "))).errors())
                .singleElement()
                .asString()
                .endsWith(error);
    }

    @Test
    void aSmallerPartThatRefusesItsClientsForATimeOnlyIsNoticed() throws InvalidConfigException {
        String key = "cluster.allow_register_during_netsplit = off";

        assertThat(home(key).load().notices())
                .singleElement()
                .asString()
                .startsWith("cluster.autoclean is 5m: a node in the smaller part");
        assertThat(home(key, "cluster.autoclean = off").load().notices()).isEmpty();
    }

    @Test
    void aConnectThatMayWaitLongerThanAClientMayBeIdleIsNoticed() throws InvalidConfigException {
        assertThat(home("cluster.connect.wait = 10s").load().notices())
                .singleElement()
                .isEqualTo(
                        "cluster.connect.wait and cluster.session.wait are 15s together, and mqtt.client.idle_timeout is"
                                + " 15s: a client whose CONNECT waits for other nodes that long is cut off as idle, without a"
                                + " CONNACK; expected less");
        assertThat(home("cluster.connect.wait = 9s").load().notices()).isEmpty();
        assertThat(home("cluster.connect.wait = 10s")
                        .load(Map.of("WKMQ_MQTT__CLIENT__IDLE_TIMEOUT", "16s"))
                        .notices())
                .isEmpty();
        assertThat(home("cluster.connect.wait = 10s", "cluster.discovery = singleton")
                        .load()
                        .notices())
                .as("a node that has no others")
                .isEmpty();
    }

    @Test
    void clientsThatMayConnectButNotPublishAreNoticed() throws InvalidConfigException {
        String publish = "cluster.allow_publish_during_netsplit = off";
        String autoclean = "cluster.autoclean = off";

        assertThat(home(publish, autoclean).load().notices())
                .singleElement()
                .asString()
                .contains("clients below MQTT 5 are disconnected at each PUBLISH of QoS 1 and 2");
        assertThat(home(publish, "cluster.allow_register_during_netsplit = off", autoclean)
                        .load()
                        .notices())
                .isEmpty();
    }

    @Test
    void tlsNeedsItsThreeFiles() {
        assertThat(home("cluster.tls.enabled = on", "cluster.tls.cert = cert.pem")
                        .errors())
                .hasSize(2)
                .anySatisfy(error -> assertThat(error).contains("there is none at " + dir.resolve("cert.pem")))
                .anySatisfy(error -> assertThat(error)
                        .contains("expected cluster.tls.cert, cluster.tls.key and cluster.tls.ca with it"));
    }

    @Test
    void whatBelongsTogetherInEtcdIsSetTogether() {
        assertThat(home("cluster.etcd.user = root").errors())
                .singleElement()
                .asString()
                .contains("cluster.etcd.password = ***: expected cluster.etcd.user with it, or neither");
        assertThat(home("cluster.etcd.tls.key = k.pem").write("k.pem").errors())
                .singleElement()
                .asString()
                .contains("expected cluster.etcd.tls.cert and cluster.etcd.tls.key, or neither");
    }

    @ParameterizedTest
    @ValueSource(strings = {"223.0.0.1", "240.0.0.1", "239.192.0", "239.192.0.256", "nodes.example", "fe80::1"})
    void anAddressThatIsNoGroupIsRefused(String address) {
        assertThat(home("cluster.mcast.addr = " + address).errors())
                .singleElement()
                .asString()
                .contains(address + ": expected a multicast address");
    }

    @Test
    void laterNamesOfEmqAreKnown() throws InvalidConfigException {
        BrokerConfig config = home(
                        "cluster.discovery_strategy = etcd",
                        "cluster.etcd.ssl.cacertfile = ca.pem",
                        "cluster.etcd.ssl_options.certfile = cert.pem",
                        "cluster.etcd.ssl_options.keyfile = key.pem",
                        "cluster.dns.record_type = a",
                        "node.cookie = c",
                        "node.name = a@10.0.0.1")
                .write("ca.pem")
                .write("cert.pem")
                .write("key.pem")
                .load();

        assertThat(config.cluster().discovery()).isEqualTo(Discovery.ETCD);
        assertThat(config.cluster().etcd().ca()).isEqualTo(dir.resolve("ca.pem"));
        assertThat(config.cluster().etcd().cert()).isEqualTo(dir.resolve("cert.pem"));
        assertThat(config.cluster().etcd().key()).isEqualTo(dir.resolve("key.pem"));
        assertThat(config.notices()).isEmpty();
    }

    @Test
    void aLaterNameOfEmqIsToldAsItIsWritten() {
        assertThat(home("cluster.discovery_strategy = zeroconf").errors())
                .singleElement()
                .asString()
                .contains(":1: cluster.discovery_strategy = zeroconf: expected one of manual,");
        assertThat(home().errors(Map.of("WKMQ_CLUSTER__DISCOVERY_STRATEGY", "zeroconf")))
                .singleElement()
                .asString()
                .startsWith("environment: WKMQ_CLUSTER__DISCOVERY_STRATEGY = zeroconf: expected one of manual,");
    }

    @Test
    void aClusterWithoutCookieOrAddressIsANotice() throws InvalidConfigException {
        assertThat(home("cluster.discovery = mcast").load().notices())
                .hasSize(2)
                .anySatisfy(notice -> assertThat(notice).startsWith("node.cookie is not set"))
                .anySatisfy(notice -> assertThat(notice).startsWith("node.name is at 127.0.0.1"));
    }

    private TestHome home(String... cluster) {
        return new TestHome(dir).wkmqConf(LISTENER).clusterConf(cluster);
    }
}

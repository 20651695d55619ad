package io.wkmq.dist.lab;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.net.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Tests how nodes reach each other, and which are refused. */
@Lab
class StrangerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Time for several attempts to reach a node that is not there. */
    private static final Duration LONG_LOOK = Duration.ofSeconds(15);

    private static final int RANGE_MIN = 6369;
    private static final int RANGE_MAX = 6379;

    @Test
    void theRangeOfPortsIsEnough(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            List<Host> hosts = cluster.nodes().stream().map(LabNode::host).toList();
            for (Host host : hosts) {
                host.allowOnly(hosts.stream().filter(other -> other != host).toList(), RANGE_MIN, RANGE_MAX);
            }
            cluster.start();

            try (Fault none = new Fault(cluster)) {
                none.judgeUnbroken();
            }
            for (LabNode node : cluster.nodes()) {
                assertThat(node.host().listeningPorts())
                        .as("ports on which %s listens", node)
                        .contains(LabNode.MQTT_PORT)
                        .allMatch(port -> port == LabNode.MQTT_PORT || (port >= RANGE_MIN && port <= RANGE_MAX));
            }
        }
    }

    @Test
    void nobodyKnocksAtPortsThatHeWasNotTold(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            cluster.nodes().forEach(node -> node.host().watch());
            LabNode last = cluster.node(3);
            List<LabNode> first = cluster.nodes(1, 2);
            first.forEach(LabNode::launch);
            first.forEach(LabNode::awaitStarted);
            cluster.awaitViews(LIMIT, first);
            Fault.last(LONG_LOOK);
            for (LabNode node : first) {
                assertThat(node.host().connectedTo())
                        .as("where %s has knocked while %s was not there", node, last)
                        .contains(last.address() + ':' + RANGE_MIN)
                        .doesNotContain(last.address() + ':' + RANGE_MAX)
                        .isSubsetOf(told(cluster, node));
            }

            last.start();
            cluster.awaitOne(LIMIT);
            try (Fault none = new Fault(cluster)) {
                none.judgeUnbroken();
            }
            last.kill();
            cluster.awaitViews(LIMIT, first);
            Fault.last(LONG_LOOK);
            for (LabNode node : cluster.nodes()) {
                cluster.tell(node + " knocked at " + node.host().connectedTo());
                assertThat(node.host().connectedTo())
                        .as("where %s has knocked", node)
                        .isNotEmpty()
                        .isSubsetOf(told(cluster, node));
                assertThat(node.host().sentDatagramsTo())
                        .as("datagrams of %s", node)
                        .isEmpty();
            }
        }
    }

    /** The seeds, and where members say that they take messages. */
    private static List<String> told(LabCluster cluster, LabNode node) {
        return cluster.nodes().stream()
                .filter(other -> other != node)
                .flatMap(other -> Stream.of(other.address() + ':' + RANGE_MIN, other.address() + ':' + RANGE_MAX))
                .toList();
    }

    @Test
    void aNodeWithAnotherCookieIsRefused(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            cluster.node(3).with("WKMQ_NODE__COOKIE", "another");
            expectStranger(cluster, "cookie");
        }
    }

    @Test
    void aNodeWithoutTlsIsRefusedByThoseWithIt(TestInfo test, @TempDir Path files) throws Exception {
        SelfSigned certificate = SelfSigned.make(files, "127.0.0.1");
        try (LabCluster cluster = new LabCluster(test, 3)) {
            cluster.nodes(1, 2).forEach(node -> withTls(node, certificate));
            expectStranger(cluster, "cluster.tls");
        }
    }

    @Test
    void aNodeWithTlsIsRefusedByThoseWithoutIt(TestInfo test, @TempDir Path files) throws Exception {
        SelfSigned certificate = SelfSigned.make(files, "127.0.0.1");
        try (LabCluster cluster = new LabCluster(test, 3)) {
            withTls(cluster.node(3), certificate);
            expectStranger(cluster, "cluster.tls");
        }
    }

    /** The third node is not let in, somebody says why, and clients get what their side has. */
    private static void expectStranger(LabCluster cluster, String reason) {
        List<LabNode> two = cluster.nodes(1, 2);
        LabNode stranger = cluster.node(3);
        cluster.nodes().forEach(LabNode::launch);
        cluster.nodes().forEach(LabNode::awaitStarted);
        cluster.awaitViews(LIMIT, two);

        Await.until(
                LIMIT,
                () -> stranger + " says why, with '" + reason + "'",
                () -> stranger.log().contains(reason));
        assertThat(stranger.sees()).containsExactly("n3");
        cluster.awaitViews(LIMIT, two);
        try (MqttProbe there = cluster.open(stranger, V5);
                MqttProbe one = cluster.open(cluster.node(1), V5);
                MqttProbe other = cluster.open(cluster.node(2), V5)) {
            there.connect("there");
            there.subscribe("t", 1);
            one.connect("one");
            one.subscribe("t", 1);
            other.connect("other");
            other.publish("t", "of the two", 1);
            one.receive("t", "of the two");
            there.send(publish("t", "of the stranger"));
            there.receive("t", "of the stranger");
            other.publish("t", "the last", 1);
            one.receive("t", "the last");
        }
    }

    private static void withTls(LabNode node, SelfSigned certificate) {
        node.with("WKMQ_CLUSTER__TLS__ENABLED", "on")
                .with("WKMQ_CLUSTER__TLS__CERT", certificate.certificate().toString())
                .with("WKMQ_CLUSTER__TLS__KEY", certificate.key().toString())
                .with("WKMQ_CLUSTER__TLS__CA", certificate.certificate().toString());
    }
}

package io.wkmq.broker.cluster;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what clients of two nodes receive from each other. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ClusterMessagesTest {
    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = TestCluster.of(2, directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void subscriberGetsWhatIsPublishedOnTheOtherNodeOnceWithItsQos() {
        try (MqttProbe subscriber = cluster.client(1, "subscriber");
                MqttProbe publisher = cluster.client(2, "publisher")) {
            subscriber.subscribe("plant/+/temp", 2);
            for (int qos = 0; qos <= 2; qos++) {
                publisher.publish("plant/" + qos + "/temp", "q" + qos, qos);
                Publish got = subscriber.receive("plant/" + qos + "/temp", "q" + qos);
                assertThat(got.qos()).isEqualTo(qos);
            }
            subscriber.unsubscribe("plant/+/temp");
            publisher.publish("plant/1/temp", "nobody wants this", 1);
            subscriber.ping();
        }
    }

    @Test
    void messagesOfOnePublisherKeepTheirOrder() {
        try (MqttProbe subscriber = cluster.client(2, "subscriber");
                MqttProbe publisher = cluster.client(1, "publisher")) {
            subscriber.subscribe("t", 1);
            for (int i = 0; i < 200; i++) {
                publisher.publish("t", "m" + i, 1);
            }
            for (int i = 0; i < 200; i++) {
                subscriber.receive("t", "m" + i);
            }
        }
    }

    @Test
    void messageRightBehindTheSubackArrives() {
        try (MqttProbe subscriber = cluster.client(1, "subscriber");
                MqttProbe publisher = cluster.client(2, "publisher")) {
            for (int i = 0; i < 50; i++) {
                subscriber.subscribe("new/" + i, 1);
                publisher.publish("new/" + i, "m", 1);
                subscriber.receive("new/" + i, "m");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shareGroupOverTwoNodesGetsEachMessageOnce(int publishersNode) {
        try (MqttProbe one = cluster.client(1, "one");
                MqttProbe two = cluster.client(2, "two");
                MqttProbe publisher = cluster.client(publishersNode, "publisher")) {
            one.subscribe("$share/g/jobs", 1);
            two.subscribe("$share/g/jobs", 1);
            List<String> sent = IntStream.range(0, 40).mapToObj(i -> "job" + i).toList();
            sent.forEach(job -> publisher.publish("jobs", job, 1));
            List<String> got = new ArrayList<>();
            Await.until("each job is done", () -> {
                drain(one, got);
                drain(two, got);
                return got.size() >= sent.size();
            });
            drain(one, got);
            drain(two, got);
            assertThat(got).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void routesNameNodesThatHaveNothingButMembersOfAShareGroup() {
        try (MqttProbe one = cluster.client(1, "one");
                MqttProbe two = cluster.client(2, "two")) {
            two.subscribe("$share/g/jobs", 1);
            one.subscribe("t/+", 1);
            two.subscribe("t/+", 1);
            assertThat(cluster.succeeds(1, "routes", "show", "jobs")).isEqualTo("jobs -> wkmq2@127.0.0.1\n");
            assertThat(cluster.succeeds(1, "routes", "show", "t/+"))
                    .isEqualTo("t/+ -> wkmq1@127.0.0.1,wkmq2@127.0.0.1\n");
            assertThat(cluster.succeeds(2, "routes", "list").lines())
                    .containsExactlyInAnyOrder("jobs -> wkmq2@127.0.0.1", "t/+ -> wkmq1@127.0.0.1,wkmq2@127.0.0.1");
        }
    }

    /** The example of docs/cluster.md. */
    @Test
    void everyNodeHasTheRoutesOfAll() {
        cluster.start(3);
        cluster.succeeds(3, "cluster", "join", cluster.address(1));
        try (MqttProbe client1 = cluster.client(1, "client1");
                MqttProbe client2 = cluster.client(2, "client2");
                MqttProbe client3 = cluster.client(3, "client3")) {
            client1.subscribe("t/+/x", 1);
            client1.subscribe("t/+/y", 1);
            client2.subscribe("t/#", 1);
            client3.subscribe("t/+/x", 1);
            client3.subscribe("t/a", 1);
            String n1 = "wkmq1@127.0.0.1";
            String n2 = "wkmq2@127.0.0.1";
            String n3 = "wkmq3@127.0.0.1";
            for (int node = 1; node <= 3; node++) {
                assertThat(cluster.succeeds(node, "routes", "list").lines())
                        .as("on node %s", node)
                        .containsExactlyInAnyOrder(
                                "t/# -> " + n2, "t/+/x -> " + n1 + ',' + n3, "t/+/y -> " + n1, "t/a -> " + n3);
            }
            client1.publish("t/a", "once", 1);
            client2.receive("t/a", "once");
            client3.receive("t/a", "once");
            assertThat(cluster.node(1)
                            .broker()
                            .cluster()
                            .administration()
                            .orElseThrow()
                            .figures()
                            .linkCounts())
                    .containsEntry(LinkCounter.SENT, 2L);
        }
    }

    /** Takes what has arrived before the answer to a PINGREQ. */
    private static void drain(MqttProbe client, List<String> got) {
        client.send(pingreq());
        while (true) {
            ServerPacket packet = client.expectPacketOrEnd().orElseThrow();
            if (packet instanceof Pingresp) {
                return;
            }
            if (packet instanceof Publish publish) {
                got.add(publish.text());
                client.acknowledge(publish);
            }
        }
    }

    @Test
    void retainedMessageIsOnTheOtherNodeAndOnOneThatComesLater() {
        try (MqttProbe publisher = cluster.client(1, "publisher")) {
            publisher.publish(Packets.publish("state/7", "on").retain(), 1);
            try (MqttProbe other = cluster.client(2, "other")) {
                Await.until(
                        "node 2 has it",
                        () -> cluster.wkctl(2, "retained", "show", "state/7").status() == 0);
                other.subscribe("state/#", 1);
                other.receive("state/7", "on");
            }
            cluster.start(3);
            cluster.succeeds(3, "cluster", "join", cluster.address(1));
            Await.until(
                    "node 3 has it",
                    () -> cluster.wkctl(3, "retained", "show", "state/7").status() == 0);
            try (MqttProbe late = cluster.client(3, "late")) {
                late.subscribe("state/#", 1);
                late.receive("state/7", "on");
            }
        }
    }

    @Test
    void clientThatConnectsToTheOtherNodeTakesItsSessionOver() {
        try (MqttProbe first = cluster.client(1, "pump");
                MqttProbe second = cluster.client(2, "pump")) {
            first.expectDisconnect(0x8E);
            second.ping();
            Await.until(
                    "the older connection is gone",
                    () -> cluster.wkctl(1, "clients", "show", "pump").status() == 1);
            assertThat(cluster.wkctl(2, "clients", "show", "pump").status()).isZero();
        }
    }

    @Test
    void persistentSessionFollowsItsClientToTheOtherNode() {
        try (MqttProbe publisher = cluster.client(1, "publisher");
                MqttProbe onFirst = cluster.client(1)) {
            onFirst.connect(Packets.connect("pump").keepSession());
            onFirst.subscribe("orders/#", 1);
            onFirst.disconnect();
            for (int i = 0; i < 100; i++) {
                publisher.publish("orders/" + i % 3, "m" + i, 1);
            }

            try (MqttProbe onSecond = cluster.client(2)) {
                Connack connack = onSecond.connect(Packets.connect("pump").keepSession());
                assertThat(connack.sessionPresent()).isTrue();
                for (int i = 0; i < 100; i++) {
                    onSecond.receive("orders/" + i % 3, "m" + i);
                }
                publisher.publish("orders/new", "after the move", 1);
                onSecond.receive("orders/new", "after the move");
                Await.until(
                        "the session is nowhere else",
                        () -> cluster.wkctl(1, "sessions", "show", "pump").status() == 1);
            }
        }
    }

    @Test
    void metricsShowThePeerItsLinkAndItsRoutes() {
        cluster.start(3, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        cluster.succeeds(3, "cluster", "join", cluster.address(1));
        try (MqttProbe subscriber = cluster.client(1, "subscriber");
                MqttProbe publisher = cluster.client(3, "publisher")) {
            subscriber.subscribe("a", 1);
            subscriber.subscribe("b", 1);
            publisher.publish("a", "m", 1);
            subscriber.receive("a", "m");
            Await.until(
                    "the metrics show it",
                    () -> cluster.node(3)
                            .metrics()
                            .lines()
                            .toList()
                            .containsAll(List.of(
                                    "wkmq_cluster_peers 2.0",
                                    "wkmq_cluster_link_up{peer=\"wkmq1@127.0.0.1\",} 1.0",
                                    "wkmq_cluster_link_queued_bytes{peer=\"wkmq1@127.0.0.1\",} 0.0",
                                    "wkmq_cluster_routes{peer=\"wkmq1@127.0.0.1\",} 2.0",
                                    "wkmq_cluster_routes{peer=\"wkmq2@127.0.0.1\",} 0.0",
                                    "wkmq_cluster_link_messages_total{event=\"sent\",} 1.0",
                                    "wkmq_cluster_link_messages_total{event=\"dropped\",} 0.0",
                                    "wkmq_session_moves_total{result=\"moved\",} 0.0")));
        }
        try (MqttProbe before = cluster.client(1);
                MqttProbe after = cluster.client(3)) {
            before.connect(Packets.connect("pump").keepSession());
            before.disconnect();
            after.connect(Packets.connect("pump").keepSession());
            Await.until(
                    "the metrics show the session that came",
                    () -> cluster.node(3)
                            .metrics()
                            .lines()
                            .toList()
                            .containsAll(List.of(
                                    "wkmq_session_moves_total{result=\"moved\",} 1.0",
                                    "wkmq_session_moves_total{result=\"failed\",} 0.0",
                                    "wkmq_session_moves_total{result=\"refused\",} 0.0",
                                    "wkmq_session_moves_running 0.0",
                                    "wkmq_session_claims_waiting 0.0")));
        }
    }

    @Test
    void willOfAClientOfANodeThatIsGoneIsPublishedOnce() {
        try (MqttProbe watcher = cluster.client(1, "watcher");
                MqttProbe doomed = cluster.client(2)) {
            watcher.subscribe("wills", 1);
            doomed.connect(connect("doomed").will(will("wills", "gone").qos(1)));
            watcher.ping();
            Await.until(
                    "another node has the will in its care",
                    () -> cluster.node(1)
                                    .broker()
                                    .cluster()
                                    .administration()
                                    .orElseThrow()
                                    .figures()
                                    .sessions()
                                    .wills()
                            == 1);
            cluster.cutOff(2);
            watcher.receive("wills", "gone");
            watcher.ping();
        }
    }
}

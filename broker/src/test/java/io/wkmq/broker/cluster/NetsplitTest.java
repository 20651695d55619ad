package io.wkmq.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what clients may do on a node in the smaller part of its cluster. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class NetsplitTest {
    private static final int REFUSED = 0x83;
    private static final Map<String, String> NOTHING_ALLOWED = Map.of(
            "WKMQ_CLUSTER__JOIN__TIMEOUT", "2s",
            "WKMQ_CLUSTER__AUTOCLEAN", "off",
            "WKMQ_CLUSTER__ALLOW_REGISTER_DURING_NETSPLIT", "off",
            "WKMQ_CLUSTER__ALLOW_PUBLISH_DURING_NETSPLIT", "off",
            "WKMQ_CLUSTER__ALLOW_SUBSCRIBE_DURING_NETSPLIT", "off");

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void prepare() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void start(int nodes, Map<String, String> settings) {
        for (int number = 1; number <= nodes; number++) {
            cluster.start(number, settings);
            if (number > 1) {
                cluster.succeeds(number, "cluster", "join", cluster.address(1));
            }
        }
    }

    /** What a node answers to a CONNECT. */
    private Connack answer(int node, MqttVersion version) {
        return answer(node, version, Packets.connect("who-comes"));
    }

    private Connack answer(int node, MqttVersion version, ConnectBuilder connect) {
        try (MqttProbe client = MqttProbe.open("127.0.0.1", cluster.node(node).port(Protocol.TCP), version)) {
            return client.send(connect).expect(Connack.class);
        }
    }

    private void awaitRefusal(int node) {
        Await.until(
                "node " + node + " takes no clients",
                () -> answer(node, MqttVersion.V5).code() != 0);
    }

    private void awaitService(int node) {
        Await.until(
                "node " + node + " takes clients",
                () -> answer(node, MqttVersion.V5).code() == 0);
    }

    @Test
    void oneOfThreeRefusesItsClientsUntilAnotherOneIsBack() {
        start(3, NOTHING_ALLOWED);
        try (MqttProbe five = cluster.client(1, "five");
                MqttProbe three = MqttProbe.open("127.0.0.1", cluster.node(1).port(Protocol.TCP), MqttVersion.V311)) {
            three.connect("three");
            cluster.stop(3);
            five.publish("t", "two of three are most", 1);
            cluster.stop(2);
            awaitRefusal(1);

            Connack refused = answer(1, MqttVersion.V5);
            assertThat(refused.code()).isEqualTo(0x88);
            assertThat(refused.properties().text(PropertyType.REASON_STRING))
                    .as("strangers are told nothing of the cluster")
                    .isEmpty();
            assertThat(answer(1, MqttVersion.V311).code()).isEqualTo(3);
            ConnectBuilder stranger = Packets.connect("who-comes").with(Property.authenticationMethod("unknown"));
            assertThat(answer(1, MqttVersion.V5, stranger).code())
                    .as("nobody is authenticated")
                    .isEqualTo(0x88);

            int id = five.nextPacketId();
            Puback puback = five.send(Packets.publish("t", "x").qos(1, id)).expect(Puback.class);
            assertThat(puback.code()).isEqualTo(REFUSED);
            assertThat(puback.properties().text(PropertyType.REASON_STRING).orElseThrow())
                    .contains("cluster.allow_publish_during_netsplit is off");
            assertThat(five.send(Packets.publish("t", "x").qos(2, id))
                            .expect(Pubrec.class)
                            .code())
                    .isEqualTo(REFUSED);
            five.send(Packets.publish("t", "x"));
            Suback suback = five.subscribe(
                    Packets.subscribe(five.nextPacketId()).filter("a", 1).filter("b", 0));
            assertThat(suback.codes()).containsExactly(REFUSED, REFUSED);
            assertThat(suback.properties().text(PropertyType.REASON_STRING).orElseThrow())
                    .contains("cluster.allow_subscribe_during_netsplit is off");
            assertThat(three.subscribe(Packets.subscribe(three.nextPacketId()).filter("a", 1))
                            .codes())
                    .containsExactly(0x80);
            three.send(Packets.publish("t", "x").qos(1, three.nextPacketId()));
            three.expectEnd();

            cluster.start(2, NOTHING_ALLOWED);
            awaitService(1);
            five.subscribe("a", 1);
            five.publish("a", "again", 1);
            five.receive("a", "again");
        }
    }

    @Test
    void nodeThatStartsInTheSmallerPartTakesNoClientFromTheFirstMomentOn() {
        start(3, NOTHING_ALLOWED);
        for (int number = 1; number <= 3; number++) {
            cluster.stop(number);
        }

        cluster.start(1, NOTHING_ALLOWED);
        assertThat(answer(1, MqttVersion.V5).code()).isEqualTo(0x88);

        assertThat(cluster.succeeds(1, "cluster", "remove", cluster.name(2))).contains("successfully");
        assertThat(cluster.succeeds(1, "cluster", "remove", cluster.name(3))).contains("successfully");
        awaitService(1);
    }

    @Test
    void ofTwoHalvesTheOneWithTheLeastIdentityGoesOn() {
        start(2, NOTHING_ALLOWED);
        int least = id(1).value().compareTo(id(2).value()) < 0 ? 1 : 2;
        int other = 3 - least;
        cluster.stop(least);
        awaitRefusal(other);
        cluster.start(least, NOTHING_ALLOWED);
        awaitService(other);

        cluster.stop(other);
        Await.until(
                "the other node is known to be gone",
                () -> cluster.succeeds(least, "cluster", "status").contains("stopped_nodes"));
        assertThat(answer(least, MqttVersion.V5).code()).isZero();
    }

    private NodeId id(int node) {
        return cluster.node(node).broker().cluster().self().id();
    }

    @Test
    void whatIsAllowedGoesOn() {
        start(2, Map.of("WKMQ_CLUSTER__ALLOW_SUBSCRIBE_DURING_NETSPLIT", "off"));
        int smaller = id(1).value().compareTo(id(2).value()) < 0 ? 2 : 1;
        try (MqttProbe client = cluster.client(smaller, "client")) {
            client.subscribe("t", 1);
            cluster.stop(3 - smaller);
            Await.until(
                    "subscriptions are refused",
                    () -> client.subscribe(
                                    Packets.subscribe(client.nextPacketId()).filter("more", 0))
                            .codes()
                            .contains(REFUSED));
            client.publish("t", "all the same", 1);
            client.receive("t", "all the same");
            assertThat(answer(smaller, MqttVersion.V5).code()).isZero();
        }
    }
}

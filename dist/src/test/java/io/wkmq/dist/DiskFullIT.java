package io.wkmq.dist;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node whose disk fills up and is freed again. */
@Timeout(180)
class DiskFullIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BEFORE = 20;

    private final Installation installation = Installation.built();
    private final List<Integer> acknowledged = new ArrayList<>();
    private int last;

    @Test
    void whatCannotBeStoredIsRefusedUntilThereIsSpaceAgain(@TempDir Path dir) throws Exception {
        Optional<SmallDisk> mounted = SmallDisk.mount(dir.resolve("data"), "160m");
        assumeTrue(mounted.isPresent(), "a disk that can be filled up needs the right to mount");
        try (SmallDisk disk = mounted.orElseThrow();
                Node node = Load.node(installation, dir).with("WKMQ_STORAGE__RESERVE", "16MB")) {
            List<String> lines = node.foreground();
            int port = Node.tcpPort(lines.get(lines.size() - 1));
            try (MqttProbe away = client(port, MqttVersion.V5)) {
                away.connect(connect("away").keepSession());
                away.subscribe("stored", 1);
                away.disconnect();
            }
            try (MqttProbe publisher = client(port, MqttVersion.V5)) {
                publisher.connect("publisher");
                for (int i = 0; i < BEFORE; i++) {
                    assertThat(stored(publisher)).as("there is space").isTrue();
                }

                disk.fill();
                Await.until(LIMIT, () -> "it notices that the disk is full", () -> !stored(publisher));

                assertThat(stored(publisher)).as("there is no space").isFalse();
                othersGoOn(port);
                closesOnClientsThatCannotBeTold(port);

                disk.free();
                Await.until(LIMIT, () -> "it notices that there is space again", () -> stored(publisher));

                assertThat(stored(publisher)).as("there is space again").isTrue();
            }
            nothingAcknowledgedIsLost(port);
            node.kill();
            List<String> again = node.foreground();
            publishOneMore(Node.tcpPort(again.get(again.size() - 1)));
        }
    }

    /** Publishes to the session that is stored; whether the message was taken. */
    private boolean stored(MqttProbe publisher) {
        int number = ++last;
        int id = publisher.nextPacketId();
        publisher.send(publish("stored", Integer.toString(number)).qos(1, id));
        Puback puback = publisher.expect(Puback.class);
        assertThat(puback.packetId()).isEqualTo(id);
        if (puback.code() == 0) {
            acknowledged.add(number);
            return true;
        }
        assertThat(puback.code()).as("why it is refused").isIn(0x80, 0x97);
        return false;
    }

    /** What needs no disk goes on: QoS 0, and QoS 1 and 2 between clean sessions. */
    private static void othersGoOn(int port) {
        try (MqttProbe client = client(port, MqttVersion.V311)) {
            client.connect("clean");
            client.subscribe("passing", 2);
            for (int qos = 0; qos <= 2; qos++) {
                client.publish("passing", "with QoS " + qos, qos);
                Publish publish = client.await(Publish.class);
                assertThat(publish.text()).isEqualTo("with QoS " + qos);
                client.acknowledge(publish);
            }
        }
    }

    /** MQTT 3.1.1 has no way to refuse a message but to end the connection. */
    private static void closesOnClientsThatCannotBeTold(int port) {
        try (MqttProbe client = client(port, MqttVersion.V311)) {
            client.connect("cannot-be-told");
            client.send(publish("stored", "0").qos(1, 1));
            client.expectClosed();
        }
    }

    private void nothingAcknowledgedIsLost(int port) {
        List<Integer> received = new ArrayList<>();
        try (MqttProbe away = client(port, MqttVersion.V5)) {
            assertThat(away.connect(connect("away").keepSession()).sessionPresent())
                    .isTrue();
            while (!received.contains(acknowledged.get(acknowledged.size() - 1))) {
                Publish publish = away.expect(Publish.class);
                received.add(Integer.valueOf(publish.text()));
                away.acknowledge(publish);
            }
            away.disconnect();
        }
        assertThat(received).containsAll(acknowledged).isSorted();
    }

    private void publishOneMore(int port) {
        try (MqttProbe publisher = client(port, MqttVersion.V5)) {
            publisher.connect("publisher");
            assertThat(stored(publisher)).as("there is space after a restart").isTrue();
        }
        acknowledged.subList(0, acknowledged.size() - 1).clear();
        nothingAcknowledgedIsLost(port);
    }

    private static MqttProbe client(int port, MqttVersion version) {
        return MqttProbe.open("127.0.0.1", port, version).within(LIMIT);
    }
}

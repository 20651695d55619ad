package io.wkmq.broker.cluster;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestCluster;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.cluster.ClusterFigures;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests clients that publish more than the link to the other node can queue. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class FullLinkTest {
    private static final int PUBLISHERS = 10;
    private static final int MESSAGES = 300;
    private static final String PADDING = " ".repeat(2_000);
    private static final long QUEUE_BYTES = 64 << 10;
    private static final long MESSAGE_BYTES_MAX = 4_000;

    @TempDir
    private Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
        cluster.start(1, Map.of("WKMQ_CLUSTER__LINK__QUEUE_BYTES", "64KB"));
        cluster.start(2, Map.of("WKMQ_MQTT__MQUEUE__MAX_LENGTH", "100000"));
        cluster.succeeds(2, "cluster", "join", cluster.address(1));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void publishersThatDoNotWaitAreSlowedDownAndNothingIsLostOrRefused() {
        List<MqttProbe> publishers = new ArrayList<>();
        try (MqttProbe subscriber = cluster.client(2);
                MqttProbe near = cluster.client(1, "near")) {
            subscriber.connect(connect("subscriber").keepSession()); // each message waits for the disk
            subscriber.subscribe("far/#", 1);
            for (int i = 0; i < PUBLISHERS; i++) {
                MqttVersion version = i % 2 == 0 ? MqttVersion.V5 : MqttVersion.V311;
                MqttProbe publisher =
                        MqttProbe.open("127.0.0.1", cluster.node(1).port(Protocol.TCP), version);
                publishers.add(publisher);
                publisher.connect("publisher" + i);
            }
            for (int i = 0; i < PUBLISHERS; i++) {
                for (int number = 1; number <= MESSAGES; number++) {
                    publishers.get(i).send(publish("far/" + i, number + PADDING).qos(1, number));
                }
                assertThat(figures().links().get(0).queuedBytes())
                        .isLessThanOrEqualTo(QUEUE_BYTES + PUBLISHERS * MESSAGE_BYTES_MAX);
                near.publish("near", "at once", 1);
            }
            for (MqttProbe publisher : publishers) {
                for (int number = 1; number <= MESSAGES; number++) {
                    Puback answer = publisher.expect(Puback.class);
                    assertThat(answer.packetId()).isEqualTo(number);
                    assertThat(answer.code()).isZero();
                }
            }
            assertInOrder(subscriber);
            assertThat(figures().linkCounts())
                    .containsEntry(LinkCounter.REJECTED, 0L)
                    .hasEntrySatisfying(
                            LinkCounter.HELD_BACK, count -> assertThat(count).isPositive());
        } finally {
            publishers.forEach(MqttProbe::close);
        }
    }

    private static void assertInOrder(MqttProbe subscriber) {
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < PUBLISHERS * MESSAGES; i++) {
            Publish got = subscriber.expect(Publish.class);
            subscriber.acknowledge(got);
            int number = Integer.parseInt(got.text().trim());
            assertThat(number).isEqualTo(last.getOrDefault(got.topic(), 0) + 1);
            last.put(got.topic(), number);
        }
    }

    private ClusterFigures figures() {
        return cluster.node(1).broker().cluster().administration().orElseThrow().figures();
    }
}

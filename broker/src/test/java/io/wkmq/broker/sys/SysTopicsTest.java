package io.wkmq.broker.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.TestCluster;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SysTopicsTest {
    private static final String NODE = "$SYS/brokers/blue@127.0.0.1/";

    /** With this topic the round of a node begins; its payload is the node's name. */
    private static final String BROKERS = "$SYS/brokers";

    @Test
    void subscribersGetTheNodesFiguresInRounds(@TempDir Path home) {
        try (TestBroker broker = TestBroker.start(
                        home, Map.of("WKMQ_MQTT__BROKER__SYS_INTERVAL", "1s", "WKMQ_NODE__NAME", "blue@127.0.0.1"));
                MqttProbe everything = client(broker, "everything");
                MqttProbe subscriber = client(broker, "subscriber")) {
            everything.subscribe("#", 0);
            subscriber.subscribe("$SYS/#", 0);

            Map<String, String> round = new HashMap<>();
            int ends = 0;
            while (ends < 2) { // the first one may have begun before the subscription
                Publish publish = subscriber.expect(Publish.class);
                assertThat(publish.qos()).isZero();
                assertThat(publish.retain()).isFalse();
                round.put(publish.topic(), publish.text());
                ends += publish.topic().equals(NODE + "metrics/packets/received") ? 1 : 0;
            }

            assertThat(round)
                    .containsEntry("$SYS/brokers", "blue@127.0.0.1")
                    .containsEntry(NODE + "sysdescr", "wkmq MQTT broker")
                    .containsEntry(NODE + "stats/clients/count", "2")
                    .hasEntrySatisfying(
                            NODE + "uptime", text -> assertThat(text).matches("\\d+ seconds"))
                    .hasEntrySatisfying(
                            NODE + "datetime",
                            text -> assertThat(text).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"));
            everything.publish("marker", "x", 1);
            everything.receive("marker", "x"); // and nothing of $SYS before it [MQTT-4.7.2-1]
        }
    }

    @Test
    void subscribersOnEachNodeGetTheFiguresOfEachNodeOnce(@TempDir Path directory) {
        try (TestCluster cluster = new TestCluster(directory)) {
            Map<String, String> often = Map.of("WKMQ_MQTT__BROKER__SYS_INTERVAL", "1s");
            cluster.start(1, often);
            cluster.start(2, often);
            cluster.succeeds(2, "cluster", "join", cluster.address(1));
            try (MqttProbe one = cluster.client(1, "one");
                    MqttProbe two = cluster.client(2, "two")) {
                one.subscribe(BROKERS + "/#", 0);
                two.subscribe(BROKERS + "/#", 0);
                for (MqttProbe subscriber : List.of(one, two)) {
                    Map<String, List<String>> rounds =
                            wholeRounds(subscriber, List.of(cluster.name(1), cluster.name(2)));
                    rounds.forEach((node, topics) -> assertThat(topics)
                            .as("one round of %s", node)
                            .doesNotHaveDuplicates()
                            .startsWith(BROKERS, BROKERS + '/' + node + "/version")
                            .contains(BROKERS + '/' + node + "/uptime", BROKERS + '/' + node + "/stats/clients/count")
                            .endsWith(BROKERS + '/' + node + "/metrics/packets/unsubscribe"));
                    assertThat(inside(rounds, cluster.name(1))).isEqualTo(inside(rounds, cluster.name(2)));
                }
            }
        }
    }

    /** The topics of one round of each of these nodes, as they came, until the next one begins. */
    private static Map<String, List<String>> wholeRounds(MqttProbe subscriber, List<String> nodes) {
        Map<String, List<String>> rounds = new HashMap<>();
        Set<String> whole = new HashSet<>();
        while (whole.size() < nodes.size()) {
            Publish publish = subscriber.expect(Publish.class);
            String topic = publish.topic();
            boolean begins = topic.equals(BROKERS);
            String node = begins ? publish.text() : topic.split("/", -1)[2];
            assertThat(node).isIn(nodes);
            if (begins && rounds.containsKey(node)) {
                whole.add(node);
            } else if (begins || (rounds.containsKey(node) && !whole.contains(node) && !topic.contains("/alarms/"))) {
                rounds.computeIfAbsent(node, absent -> new ArrayList<>()).add(topic);
            }
        }
        return rounds;
    }

    /** What a node says of itself in a round, whatever its name. */
    private static List<String> inside(Map<String, List<String>> rounds, String node) {
        return rounds.getOrDefault(node, List.of()).stream()
                .map(topic -> topic.replace(node, "node"))
                .toList();
    }

    private static MqttProbe client(TestBroker broker, String id) {
        MqttProbe probe = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        probe.connect(id);
        return probe;
    }
}

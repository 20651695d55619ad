package io.wkmq.broker.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SysTopicsTest {
    private static final String NODE = "$SYS/brokers/blue@127.0.0.1/";

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

    private static MqttProbe client(TestBroker broker, String id) {
        MqttProbe probe = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        probe.connect(id);
        return probe;
    }
}

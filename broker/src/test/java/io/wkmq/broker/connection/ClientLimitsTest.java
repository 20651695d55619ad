package io.wkmq.broker.connection;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a client is told that exceeds a configured limit. */
class ClientLimitsTest {
    private static final int LENGTH_MAX = 100;
    private static final String LONG = "x".repeat(LENGTH_MAX + 1);
    private static final String DEEP = "a/b/c/d/e";

    @TempDir
    static Path home;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = TestBroker.start(
                home,
                Map.of(
                        "WKMQ_MQTT__MAX_TOPIC_LEN", Integer.toString(LENGTH_MAX),
                        "WKMQ_MQTT__MAX_TOPIC_LEVELS", "4",
                        "WKMQ_MQTT__SESSION__MAX_SUBSCRIPTIONS", "3"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static MqttProbe open(MqttVersion version) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), version);
    }

    private static MqttProbe client(MqttVersion version) {
        MqttProbe client = open(version);
        client.connect("c");
        return client;
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void filtersBeyondALimitFailAlone(MqttVersion version) {
        int error = version == MqttVersion.V5 ? 0x8F : 0x80;
        try (MqttProbe client = client(version)) {
            List<Integer> codes = client.subscribe(subscribe(1)
                            .filter(LONG, 0)
                            .filter("a/b/c/d", 1)
                            .filter(DEEP, 0)
                            .filter("y".repeat(LENGTH_MAX), 0)
                            .filter("$share/g/" + LONG, 0))
                    .codes();
            assertThat(codes).isEqualTo(List.of(error, 1, error, 0, error));

            client.publish("a/b/c/d", "x", 0);
            client.receive("a/b/c/d", "x");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void subscriptionsBeyondTheLimitFailAlone(MqttVersion version) {
        int error = version == MqttVersion.V5 ? 0x97 : 0x80;
        try (MqttProbe client = client(version)) {
            client.subscribe("1", 1);
            List<Integer> codes = client.subscribe(subscribe(2)
                            .filter("2", 0)
                            .filter("3", 2)
                            .filter("4", 0)
                            .filter("1", 2))
                    .codes();
            assertThat(codes).isEqualTo(List.of(0, 2, error, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"length", "levels"})
    void aPublishBeyondALimitIsAnsweredWithAnError(String limit) {
        String topic = limit.equals("length") ? LONG : DEEP;
        try (MqttProbe client = client(MqttVersion.V5)) {
            assertThat(client.send(publish(topic, "x").qos(1, 7))
                            .expect(Puback.class)
                            .code())
                    .isEqualTo(0x90);
            client.publish(topic, "x", 0);
            client.ping();
        }
        try (MqttProbe client = client(MqttVersion.V311)) {
            client.publish(topic, "x", 0);
            client.ping();
            client.send(publish(topic, "x").qos(1, 7)).expectClosed();
        }
    }

    @Test
    void aWillBeyondALimitIsRefused() {
        for (String topic : List.of(LONG, DEEP)) {
            try (MqttProbe client = open(MqttVersion.V5)) {
                Connack connack =
                        client.send(connect("c").will(will(topic, "x"))).expect(Connack.class);
                assertThat(connack.code()).isEqualTo(0x90);
            }
            try (MqttProbe client = open(MqttVersion.V311)) {
                client.send(connect("c").will(will(topic, "x"))).expectRefusal();
            }
        }
    }
}

package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the replay of channels to clients. */
@Timeout(120)
class ReplayTest {
    private static final int TOPIC_FILTER_INVALID = 0x8F;

    @TempDir
    Path home;

    private TestBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(home, Map.of());
        broker.broker().channels().changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private MqttProbe client(String clientId) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect(clientId);
        return client;
    }

    private void fill(int from, int to) {
        try (MqttProbe publisher = client("p")) {
            for (int i = from; i <= to; i++) {
                publisher.send(publish("plant/" + i % 3, "m" + i).qos(1, i));
            }
            for (int i = from; i <= to; i++) {
                publisher.expect(Puback.class);
            }
        }
    }

    private static int replay(MqttProbe client, String filter, int qos, String from) {
        return client.subscribe(
                        subscribe(client.nextPacketId()).filter(filter, qos).with(Property.user("wk-from", from)))
                .codes()
                .get(0);
    }

    private static String user(Publish publish, String name) {
        List<String> values = publish.properties().user().stream()
                .filter(property -> property.name().equals(name))
                .map(UserProperty::value)
                .toList();
        return values.isEmpty() ? "none" : values.get(values.size() - 1);
    }

    private static void expect(MqttProbe client, int from, int to) {
        for (int i = from; i <= to; i++) {
            Publish publish = client.await(Publish.class);
            assertThat(publish.text()).isEqualTo("m" + i);
            assertThat(publish.topic()).isEqualTo("$ch/plant/plant/" + i % 3);
            assertThat(publish.retain()).isFalse();
            assertThat(user(publish, "wk-seq")).isEqualTo(Integer.toString(i));
            assertThat(user(publish, "wk-ch")).isEqualTo("plant");
            client.acknowledge(publish);
        }
    }

    @Test
    void aReplayGoesOnWithWhatComesWithoutAGap() {
        fill(1, 700);
        try (MqttProbe reader = client("r")) {
            assertThat(replay(reader, "$ch/plant/#", 1, "earliest")).isEqualTo(1);
            expect(reader, 1, 700);
            fill(701, 900);
            expect(reader, 701, 900);
            reader.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void aReplayBeginsWhereItIsAskedTo() {
        fill(1, 20);
        try (MqttProbe reader = client("r")) {
            replay(reader, "$ch/plant/#", 0, "seq:18");
            expect(reader, 18, 20);
            replay(reader, "$ch/plant/#", 0, "last:2");
            expect(reader, 19, 20);
            replay(reader, "$ch/plant/#", 0, "latest");
            expect(reader, 20, 20);
            replay(reader, "$ch/plant/#", 0, "ago:1h");
            expect(reader, 1, 20);
            replay(reader, "$ch/plant/#", 0, "next");
            fill(21, 21);
            expect(reader, 21, 21);
        }
    }

    @Test
    void onlyTheWantedTopicsCome() {
        fill(1, 9);
        try (MqttProbe reader = client("r")) {
            replay(reader, "$ch/plant/plant/1", 1, "earliest");
            for (int i : new int[] {1, 4, 7}) {
                expect(reader, i, i);
            }
            reader.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void aClientGetsNoMoreThanItsReceiveMaximum() {
        fill(1, 300);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            reader.connect(connect("r").with(Property.number(PropertyType.RECEIVE_MAXIMUM, 3)));
            replay(reader, "$ch/plant/#", 1, "earliest");
            List<Publish> window =
                    List.of(reader.await(Publish.class), reader.await(Publish.class), reader.await(Publish.class));
            reader.expectNothing(Duration.ofMillis(200));
            window.forEach(reader::acknowledge);
            expect(reader, 4, 300);
        }
    }

    @Test
    void aFullWindowHoldsNoReplayOfQos0Back() {
        fill(1, 5);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            reader.connect(connect("r").with(Property.number(PropertyType.RECEIVE_MAXIMUM, 1)));
            replay(reader, "$ch/plant/#", 1, "earliest");
            assertThat(reader.await(Publish.class).text()).isEqualTo("m1");
            replay(reader, "$ch/plant/+/#", 0, "earliest");
            for (int i = 1; i <= 5; i++) {
                assertThat(reader.await(Publish.class).text()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void aGapIsToldWithTheFirstMessageThatIsNotTooLarge() throws Exception {
        fill(1, 4);
        try (MqttProbe publisher = client("large")) {
            publisher.publish("plant/1", "x".repeat(2000), 1);
        }
        fill(6, 6);
        broker.broker().channels().contents().trim("plant", 5);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            reader.connect(connect("r").with(Property.number(PropertyType.MAXIMUM_PACKET_SIZE, 1000)));
            for (int qos = 0; qos <= 1; qos++) {
                replay(reader, "$ch/plant/#", qos, "seq:3");
                Publish first = reader.await(Publish.class);
                assertThat(first.text()).isEqualTo("m6");
                assertThat(user(first, "wk-gap")).isEqualTo("3-4");
                reader.acknowledge(first);
            }
        }
    }

    @Test
    void mqtt3SaysTheStartInTheFilter() {
        fill(1, 5);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V311)) {
            reader.connect("r");
            reader.subscribe("$ch/plant@seq:4/#", 1);
            reader.receive("$ch/plant@seq:4/plant/1", "m4");
            reader.receive("$ch/plant@seq:4/plant/2", "m5");
        }
    }

    @Test
    void clientsOfEmqxSayTheStartInTheirWay() {
        long before = System.currentTimeMillis() * 1000;
        fill(1, 3);
        try (MqttProbe reader = client("r")) {
            reader.subscribe(subscribe(reader.nextPacketId())
                    .filter("$ch/plant/#", 0)
                    .with(Property.user("stream-offset", Long.toString(before))));
            expect(reader, 1, 3);
            assertThat(reader.unsubscribe("$ch/plant/#").codes()).containsExactly(0);
            reader.subscribe("$s/earliest/plant/#", 1);
            for (int i = 1; i <= 3; i++) {
                reader.receive("$s/earliest/plant/" + i % 3, "m" + i);
            }
            assertThat(reader.unsubscribe("$s/earliest/plant/#").codes()).containsExactly(0);
            reader.subscribe("$s/latest/plant/#", 0);
            fill(4, 4);
            reader.receive("$s/latest/plant/1", "m4");
        }
    }

    @Test
    void nothingComesBehindUnsubscribe() {
        fill(1, 3);
        try (MqttProbe reader = client("r")) {
            replay(reader, "$ch/plant/#", 1, "earliest");
            expect(reader, 1, 3);
            assertThat(reader.unsubscribe("$ch/plant/#").codes()).containsExactly(0);
            fill(4, 5);
            reader.expectNothing(Duration.ofMillis(200));
            assertThat(reader.unsubscribe("$ch/plant/#").codes()).containsExactly(0x11);
        }
    }

    @Test
    void aReplayEndsWithItsConnection() {
        fill(1, 3);
        Property stays = Property.number(PropertyType.SESSION_EXPIRY_INTERVAL, 600);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            reader.connect(connect("r").with(stays));
            replay(reader, "$ch/plant/#", 1, "earliest");
            expect(reader, 1, 3);
            reader.disconnect();
        }
        fill(4, 5);
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            assertThat(reader.connect(connect("r").cleanStart(false).with(stays))
                            .sessionPresent())
                    .isTrue();
            reader.expectNothing(Duration.ofMillis(200));
            replay(reader, "$ch/plant/#", 1, "seq:4");
            expect(reader, 4, 5);
        }
    }

    @Test
    void aGapIsTold() throws Exception {
        fill(1, 10);
        broker.broker().channels().contents().trim("plant", 8);
        try (MqttProbe reader = client("r")) {
            replay(reader, "$ch/plant/#", 1, "seq:3");
            Publish first = reader.await(Publish.class);
            assertThat(user(first, "wk-seq")).isEqualTo("8");
            assertThat(user(first, "wk-gap")).isEqualTo("3-7");
            reader.acknowledge(first);
            Publish second = reader.await(Publish.class);
            assertThat(user(second, "wk-gap")).isEqualTo("none");
        }
    }

    @Test
    void whatCannotBeReplayedIsRefused() {
        try (MqttProbe reader = client("r")) {
            assertThat(replay(reader, "$ch/none/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$ch/plant", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$ch/plant/#", 1, "yesterday")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$share/g/$ch/none/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$share/+/$ch/plant/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$share/g/$s/latest/plant/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$s/latest/other/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$s/soon/plant/#", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
            assertThat(replay(reader, "$s/latest", 1, "next")).isEqualTo(TOPIC_FILTER_INVALID);
        }
    }
}

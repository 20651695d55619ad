package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests clients that share the messages of a channel. */
@Timeout(120)
class GroupTest {
    private static final int UNSPECIFIED_ERROR = 0x80;

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

    /** One that takes two messages at a time. */
    private MqttProbe client(String clientId) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect(connect(clientId).with(Property.number(PropertyType.RECEIVE_MAXIMUM, 2)));
        return client;
    }

    private void fill(int from, int to) {
        try (MqttProbe publisher = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            publisher.connect("p");
            for (int i = from; i <= to; i++) {
                publisher.send(publish("plant/" + i % 3, "m" + i).qos(1, i));
            }
            for (int i = from; i <= to; i++) {
                publisher.expect(Puback.class);
            }
        }
    }

    private static int join(MqttProbe client, String filter) {
        return client.subscribe(
                        subscribe(client.nextPacketId()).filter(filter, 1).with(Property.user("wk-from", "earliest")))
                .codes()
                .get(0);
    }

    private void awaitNext(long next) {
        Await.until("the group is at " + next, () -> {
            try {
                return broker.broker().channels().contents().cursors("plant").stream()
                        .anyMatch(cursor -> cursor.name().equals("group:g") && cursor.next() == next);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void eachMessageComesToOneOfThem() {
        fill(1, 60);
        List<String> got = new ArrayList<>();
        try (MqttProbe first = client("r1");
                MqttProbe second = client("r2")) {
            assertThat(join(first, "$share/g/$ch/plant/#")).isEqualTo(1);
            assertThat(join(second, "$share/g/$ch/plant/#")).isEqualTo(1);
            int mine = 0;
            while (got.size() < 60) {
                for (MqttProbe each : List.of(first, second)) {
                    Optional<ServerPacket> packet = each.poll(Duration.ofMillis(50));
                    if (packet.isPresent() && packet.get() instanceof Publish publish) {
                        assertThat(publish.topic()).startsWith("$ch/plant/plant/");
                        got.add(publish.text());
                        mine += each == first ? 1 : 0;
                        each.acknowledge(publish);
                    }
                }
            }
            assertThat(got).doesNotHaveDuplicates();
            assertThat(mine).isBetween(1, 59);
            awaitNext(61);
            first.expectNothing(Duration.ofMillis(100));
            second.expectNothing(Duration.ofMillis(100));
        }
    }

    @Test
    void whatOneDoesNotAcknowledgeComesToAnotherWhenItLeaves() {
        fill(1, 3);
        try (MqttProbe first = client("r1")) {
            join(first, "$share/g/$ch/plant/#");
            assertThat(first.await(Publish.class).text()).isEqualTo("m1");
            first.acknowledge(first.await(Publish.class));
            first.disconnect();
        }
        try (MqttProbe second = client("r2")) {
            join(second, "$share/g/$ch/plant/#");
            assertThat(List.of(
                            second.await(Publish.class).text(),
                            second.await(Publish.class).text()))
                    .containsExactlyInAnyOrder("m1", "m3");
            second.expectNothing(Duration.ofMillis(100));
        }
    }

    @Test
    void aMessageThatIsRefusedAgainAndAgainIsADeadLetter() throws Exception {
        fill(1, 2);
        try (MqttProbe worker = client("r1")) {
            join(worker, "$share/g/$ch/plant/#");
            int refused = 0;
            boolean other = false;
            while (refused < 5 || !other) {
                Publish publish = worker.await(Publish.class);
                if (publish.text().equals("m1")) {
                    refused++;
                    worker.send(Packets.puback(publish.packetId()).code(UNSPECIFIED_ERROR));
                } else {
                    other = true;
                    worker.acknowledge(publish);
                }
            }
            awaitNext(4); // behind the dead letter, which the group passes over
            worker.expectNothing(Duration.ofMillis(100));
        }
        try (MqttProbe reader = client("r2")) {
            join(reader, "$ch/plant/$dlq/g/#");
            Publish dead = reader.await(Publish.class);
            assertThat(dead.text()).isEqualTo("m1");
            assertThat(dead.topic()).isEqualTo("$ch/plant/$dlq/g/plant/1");
            assertThat(dead.properties().user())
                    .contains(new UserProperty("wk-dead-seq", "1"), new UserProperty("wk-deliveries", "5"));
        }
    }

    @Test
    void aGroupGoesOnWhereItWasWhenTheNodeComesBack() throws Exception {
        fill(1, 4);
        try (MqttProbe worker = client("r1")) {
            join(worker, "$share/g/$ch/plant/#");
            worker.acknowledge(worker.await(Publish.class));
            worker.acknowledge(worker.await(Publish.class));
            awaitNext(3);
        }
        broker.close();
        broker = TestBroker.start(home, Map.of());
        try (MqttProbe worker = client("r2")) {
            join(worker, "$share/g/$ch/plant/#");
            assertThat(worker.await(Publish.class).text()).isEqualTo("m3");
            assertThat(worker.await(Publish.class).text()).isEqualTo("m4");
        }
    }

    @Test
    void anOrderedGroupIsReadByOneAndThenByTheNext() {
        fill(1, 4);
        try (MqttProbe first = client("r1");
                MqttProbe second = client("r2")) {
            for (MqttProbe each : List.of(first, second)) {
                assertThat(each.subscribe(subscribe(each.nextPacketId())
                                        .filter("$share/g/$ch/plant/#", 1)
                                        .with(Property.user("wk-from", "earliest"))
                                        .with(Property.user("wk-group", "ordered")))
                                .codes())
                        .containsExactly(1);
            }
            first.acknowledge(first.await(Publish.class));
            assertThat(first.await(Publish.class).text()).isEqualTo("m2");
            second.expectNothing(Duration.ofMillis(200));
            first.disconnect();
            for (int i = 2; i <= 4; i++) {
                Publish publish = second.await(Publish.class);
                assertThat(publish.text()).isEqualTo("m" + i);
                second.acknowledge(publish);
            }
        }
    }

    @Test
    void nothingComesBehindUnsubscribeAndOthersGetIt() {
        try (MqttProbe first = client("r1");
                MqttProbe second = client("r2")) {
            join(first, "$share/g/$ch/plant/#");
            assertThat(first.unsubscribe("$share/g/$ch/plant/#").codes()).containsExactly(0);
            join(second, "$share/g/$ch/plant/#");
            fill(1, 1);
            assertThat(second.await(Publish.class).text()).isEqualTo("m1");
            first.expectNothing(Duration.ofMillis(100));
        }
    }
}

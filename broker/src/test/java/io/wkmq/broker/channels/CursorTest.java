package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.channel.engine.CursorStatus;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests readers of channels whose position the node keeps. */
@Timeout(120)
class CursorTest {
    private static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    private static final int TOPIC_FILTER_INVALID = 0x8F;
    private static final Property STAYS = Property.number(PropertyType.SESSION_EXPIRY_INTERVAL, 600);

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

    private MqttProbe open(MqttVersion version) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), version);
    }

    private MqttProbe client(String clientId) {
        MqttProbe client = open(MqttVersion.V5);
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

    private static int replay(MqttProbe client, String filter, int qos, String cursor) {
        SubscribeBuilder packet =
                subscribe(client.nextPacketId()).filter(filter, qos).with(Property.user("wk-from", "earliest"));
        return client.subscribe(cursor.isEmpty() ? packet : packet.with(Property.user("wk-cursor", cursor)))
                .codes()
                .get(0);
    }

    private static void expect(MqttProbe client, int from, int to) {
        for (int i = from; i <= to; i++) {
            Publish publish = client.await(Publish.class);
            assertThat(publish.text()).isEqualTo("m" + i);
            client.acknowledge(publish);
        }
    }

    private CursorStatus cursor(String name) throws Exception {
        return broker.broker().channels().contents().cursors("plant").stream()
                .filter(cursor -> cursor.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void awaitNext(String name, long next) {
        Await.until("cursor " + name + " is at " + next, () -> next(name) == next);
    }

    private long next(String name) {
        try {
            return cursor(name).next();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReaderGoesOnBehindWhatItHasAcknowledged() throws Exception {
        fill(1, 20);
        try (MqttProbe reader = client("r1")) {
            assertThat(replay(reader, "$ch/plant/#", 1, "billing")).isEqualTo(1);
            expect(reader, 1, 7);
            for (int i = 8; i <= 20; i++) {
                assertThat(reader.await(Publish.class).text()).isEqualTo("m" + i);
            }
            awaitNext("billing", 8);
            assertThat(cursor("billing").lag()).isEqualTo(13);
            assertThat(cursor("billing").reader()).isEqualTo("r1");
            assertThat(cursor("billing").here()).isTrue();
            assertThat(broker.broker().channels().cursorLags()).isEqualTo(Map.of("plant", 13L));
        }
        try (MqttProbe reader = client("r2")) {
            assertThat(replay(reader, "$ch/plant/#", 1, "billing")).isEqualTo(1);
            expect(reader, 8, 20);
            reader.expectNothing(Duration.ofMillis(200));
            awaitNext("billing", 21);
            fill(21, 22);
            expect(reader, 21, 22);
        }
    }

    @Test
    void acknowledgementsOutOfOrderDoNotPassAMessageOver() {
        fill(1, 3);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            reader.await(Publish.class);
            reader.acknowledge(reader.await(Publish.class));
            reader.acknowledge(reader.await(Publish.class));
            reader.disconnect();
        }
        try (MqttProbe reader = client("r2")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 1, 3);
        }
    }

    @Test
    void whatWasAcknowledgedBeforeTheNodeStoppedDoesNotComeAgain() throws Exception {
        try (MqttProbe publisher = client("p")) {
            for (int i = 1; i <= 10; i++) {
                publisher.publish("plant/0", "m" + i, 2);
            }
        }
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 2, "billing");
            expect(reader, 1, 5);
            assertThat(reader.await(Publish.class).text()).isEqualTo("m6");
            awaitNext("billing", 6);
        }
        broker.close();
        broker = TestBroker.start(home, Map.of());
        try (MqttProbe reader = client("r2")) {
            replay(reader, "$ch/plant/#", 2, "billing");
            expect(reader, 6, 10);
        }
    }

    @Test
    void withQos0WhatWasWrittenIsDone() {
        fill(1, 10);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 0, "billing");
            expect(reader, 1, 10);
            awaitNext("billing", 11);
        }
    }

    @Test
    void whatIsNotWantedIsDone() {
        fill(1, 10);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/plant/0", 1, "billing");
            for (int i : new int[] {3, 6, 9}) {
                expect(reader, i, i);
            }
            awaitNext("billing", 11);
        }
    }

    @Test
    void whoTakesACursorEndsTheOneBefore() {
        fill(1, 3);
        try (MqttProbe first = client("r1");
                MqttProbe second = client("r2")) {
            replay(first, "$ch/plant/#", 1, "billing");
            expect(first, 1, 2);
            assertThat(first.await(Publish.class).text()).isEqualTo("m3");
            awaitNext("billing", 3); // else the other connection could be faster
            replay(second, "$ch/plant/#", 1, "billing");
            Disconnect end = first.await(Disconnect.class);
            assertThat(end.code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
            assertThat(end.properties().text(PropertyType.REASON_STRING))
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("wk:cursor-taken $ch/plant/#"));
            expect(second, 3, 3);
            second.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void aClientThatSubscribesAgainGoesOnWithItsCursor() {
        fill(1, 3);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 1, 2);
            assertThat(reader.await(Publish.class).text()).isEqualTo("m3");
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 3, 3);
            reader.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void aClientDoesNotReadTwiceWithOneCursor() {
        fill(1, 3);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 1, 3);
            assertThat(replay(reader, "$ch/plant/plant/#", 1, "billing")).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
            fill(4, 4);
            expect(reader, 4, 4);
        }
    }

    @Test
    void aSessionThatStaysHasACursorOfItsOwnForEachFilter() {
        fill(1, 6);
        try (MqttProbe reader = open(MqttVersion.V5)) {
            reader.connect(connect("r/1").with(STAYS));
            replay(reader, "$ch/plant/#", 1, "");
            expect(reader, 1, 6);
            replay(reader, "$ch/plant/plant/1", 1, "");
            expect(reader, 1, 1);
            expect(reader, 4, 4);
            awaitNext("client:r%2F1", 7);
            awaitNext("client:r%2F1/plant/1", 7);
            reader.disconnect();
        }
        fill(7, 8);
        try (MqttProbe reader = open(MqttVersion.V5)) {
            reader.connect(connect("r/1").cleanStart(false).with(STAYS));
            replay(reader, "$ch/plant/#", 1, "");
            expect(reader, 7, 8);
            assertThat(replay(reader, "$ch/plant/plant/#", 1, "client:x")).isEqualTo(TOPIC_FILTER_INVALID);
        }
    }

    @Test
    void clientsOfMqtt3NameTheCursorInTheFilter() {
        fill(1, 3);
        for (int i = 1; i <= 3; i += 2) {
            try (MqttProbe reader = open(MqttVersion.V311)) {
                reader.connect("r" + i);
                reader.subscribe("$ch/plant@cursor:billing@earliest/#", 1);
                for (int j = i; j <= Math.min(3, i + 1); j++) {
                    Publish publish = reader.await(Publish.class);
                    assertThat(publish.text()).isEqualTo("m" + j);
                    assertThat(publish.topic()).isEqualTo("$ch/plant@cursor:billing@earliest/plant/" + j % 3);
                    reader.acknowledge(publish);
                }
                awaitNext("billing", Math.min(4, i + 2));
                reader.disconnect();
            }
        }
    }

    @Test
    void aCursorThatIsSetEndsItsReaderAndTheNextOneBeginsThere() throws Exception {
        fill(1, 5);
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 1, 5);
            awaitNext("billing", 6);
            broker.broker().channels().contents().resetCursor("plant", "billing", new ReadStart.Seq(3));
            assertThat(reader.await(Disconnect.class).code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
        }
        try (MqttProbe reader = client("r1")) {
            replay(reader, "$ch/plant/#", 1, "billing");
            expect(reader, 3, 5);
            broker.broker().channels().contents().removeCursor("plant", "billing");
            assertThat(reader.await(Disconnect.class).code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
        }
        assertThat(broker.broker().channels().contents().cursors("plant")).isEqualTo(List.of());
    }
}

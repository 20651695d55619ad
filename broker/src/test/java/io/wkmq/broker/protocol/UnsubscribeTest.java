package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Unsuback;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UNSUBSCRIBE and UNSUBACK (3.10, 3.11). */
@ProtocolTest
class UnsubscribeTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-2.2.1-6"},
            v311 = {"MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-2.3.1-7"})
    void endsTheSubscription(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 1);
        subscriber.subscribe(topic + "/marker", 0);
        MqttProbe publisher = broker.client(version);
        publisher.publish(topic, "before", 1);
        subscriber.receive(topic, "before");

        Unsuback unsuback = subscriber.unsubscribe(topic);
        publisher.publish(topic, "after", 1);
        publisher.publish(topic + "/marker", "marker", 1);

        subscriber.receive(topic + "/marker", "marker");
        assertThat(unsuback.codes()).isEqualTo(version == V5 ? List.of(0x00) : List.of());
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.10.4-5", "MQTT-3.11.3-2"},
            v311 = "MQTT-3.10.4-5")
    void isAnsweredWhenNothingMatched(MqttVersion version) {
        Unsuback unsuback = broker.client(version).unsubscribe(broker.topic("never"));

        assertThat(unsuback.codes()).isEqualTo(version == V5 ? List.of(0x11) : List.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 65_535})
    @Normative(v5 = "MQTT-2.2.1-6", v311 = "MQTT-2.3.1-7")
    void identifierIsRepeated(int packetId) {
        for (MqttVersion version : MqttVersion.values()) {
            assertThat(broker.client(version)
                            .send(unsubscribe(packetId, broker.topic("t")))
                            .expect(Unsuback.class)
                            .packetId())
                    .isEqualTo(packetId);
        }
    }

    @Test
    @Normative(v5 = {"MQTT-3.10.4-6", "MQTT-3.11.3-1", "MQTT-3.11.3-2"})
    void everyFilterGetsItsCodeInOrder() {
        MqttProbe client = broker.client(V5);
        client.subscribe(broker.topic("a"), 0);
        client.subscribe(broker.topic("b/+"), 0);

        Unsuback unsuback =
                client.unsubscribe(broker.topic("none"), broker.topic("b/+"), broker.topic("a"), broker.topic("a"));

        assertThat(unsuback.codes()).containsExactly(0x11, 0x00, 0x00, 0x11);
    }

    @Test
    void aHugePacketIsAnsweredInFullAndBeforeThePacketsBehindIt() {
        MqttProbe client = broker.client(V5);
        String[] filters = new String[3000];
        SubscribeBuilder subscribe = subscribe(1);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < filters.length; i++) {
            filters[i] = broker.topic("huge/" + i);
            if (i % 3 > 0) {
                subscribe.filter(filters[i], 0);
            }
            codes.add(i % 3 > 0 ? 0x00 : 0x11);
        }
        client.subscribe(subscribe);

        client.send(unsubscribe(2, filters)).send(publish(filters[2999], "nobody's"));

        assertThat(client.expect(Unsuback.class).codes()).isEqualTo(codes);
        client.ping();
        client.expectNothing(Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.10.4-6", v311 = "MQTT-3.10.4-6")
    void severalFiltersEndSeveralSubscriptions(MqttVersion version) {
        MqttProbe subscriber = broker.client(version);
        for (String rest : List.of("a", "b", "c", "marker")) {
            subscriber.subscribe(broker.topic(rest), 0);
        }

        subscriber.unsubscribe(broker.topic("a"), broker.topic("c"));
        MqttProbe publisher = broker.client(version);
        for (String rest : List.of("a", "b", "c", "marker")) {
            publisher.publish(broker.topic(rest), rest, 0);
        }

        subscriber.receive(broker.topic("b"), "b");
        subscriber.receive(broker.topic("marker"), "marker");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a/+", "A/+/c", "a/+/c/", "a/#", "a/+/C", "+/+/c"})
    @Normative(v5 = "MQTT-3.10.4-1", v311 = "MQTT-3.10.4-1")
    void filtersAreComparedCharacterByCharacter(String other) {
        for (MqttVersion version : new MqttVersion[] {MqttVersion.V311, V5}) {
            MqttProbe subscriber = broker.subscriber(version, broker.topic("a/+/c"), 0);

            subscriber.unsubscribe(broker.topic(other));

            broker.client(version).publish(broker.topic("a/b/c"), "still", 0);
            subscriber.receive(broker.topic("a/b/c"), "still");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.10.4-3", v311 = "MQTT-3.10.4-3")
    void deliveriesThatHadBegunAreFinished(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version, connect(id).keepSession());
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(version);
        publisher.publish(topic, "one", 1);
        publisher.publish(topic, "two", 2);
        Publish one = subscriber.expectPublish(topic, "one");
        Publish two = subscriber.expectPublish(topic, "two");

        subscriber.unsubscribe(topic);
        subscriber.abort();

        MqttProbe back = broker.client(version, connect(id).keepSession());
        assertThat(back.receive(topic, "one").packetId()).isEqualTo(one.packetId());
        assertThat(back.receive(topic, "two").packetId()).isEqualTo(two.packetId());
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.10.3-2", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.10.3-2", "MQTT-4.8.0-1"})
    void thereIsAtLeastOneFilter(MqttVersion version) {
        broker.client(version).send(unsubscribe(1)).expectDisconnect(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.10.1-1", "MQTT-2.1.3-1"},
            v311 = {"MQTT-3.10.1-1", "MQTT-2.2.2-2"})
    void flagsAre0010(MqttVersion version) {
        for (int flags : new int[] {0, 1, 3, 6, 10, 15}) {
            broker.client(version)
                    .send(unsubscribe(1, broker.topic("t")).flags(flags))
                    .expectDisconnect(0x81);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v311 = "MQTT-2.3.1-1")
    void identifier0IsAnError(MqttVersion version) {
        broker.client(version).send(unsubscribe(0, broker.topic("t"))).expectDisconnect(0x81, 0x82);
    }
}

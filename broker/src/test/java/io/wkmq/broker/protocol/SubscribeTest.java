package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE and SUBACK (3.8, 3.9). */
@ProtocolTest
class SubscribeTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 32_768, 65_535})
    @Normative(
            v5 = {"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-2.2.1-6"},
            v311 = {"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-2.3.1-7"})
    void isAnsweredBySubackWithItsIdentifier(int packetId) {
        for (MqttVersion version : MqttVersion.values()) {
            Suback suback = broker.client(version).subscribe(subscribe(packetId).filter(broker.topic("t"), 1));

            assertThat(suback).isEqualTo(new Suback(packetId, List.of(1), suback.properties()));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-3.9.3-2"},
            v311 = {"MQTT-3.8.4-4", "MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2"})
    void everyFilterGetsItsCodeInOrder(MqttVersion version) {
        MqttProbe subscriber = broker.client(version);
        SubscribeBuilder subscribe = subscribe(1);
        List<Integer> qos = List.of(2, 0, 1, 1, 0, 2, 0);
        for (int i = 0; i < qos.size(); i++) {
            subscribe.filter(broker.topic("f" + i), qos.get(i));
        }

        assertThat(subscriber.subscribe(subscribe).codes()).isEqualTo(qos);

        MqttProbe publisher = broker.client(version);
        for (int i = 0; i < qos.size(); i++) {
            publisher.publish(broker.topic("f" + i), "m" + i, 2);
            Publish publish = subscriber.expectPublish(broker.topic("f" + i), "m" + i);
            assertThat(publish.qos()).isEqualTo(qos.get(i));
            subscriber.acknowledge(publish);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void manyFiltersFitOnePacket(MqttVersion version) {
        SubscribeBuilder subscribe = subscribe(1);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            subscribe.filter(broker.topic("many/" + i), i % 3);
            codes.add(i % 3);
        }
        MqttProbe subscriber = broker.client(version);

        assertThat(subscriber.subscribe(subscribe).codes()).isEqualTo(codes);

        broker.client(version).publish(broker.topic("many/499"), "last", 0);
        subscriber.receive(broker.topic("many/499"), "last");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void aHugePacketIsAnsweredInFullAndBeforeThePacketsBehindIt(MqttVersion version) {
        SubscribeBuilder subscribe = subscribe(1);
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            boolean valid = i % 1000 != 7;
            subscribe.filter(valid ? broker.topic("huge/" + i) : "a/#/b", i % 3);
            codes.add(valid ? i % 3 : version == V5 ? 0x8F : 0x80);
        }
        MqttProbe client = broker.client(version);
        client.send(subscribe).send(publish(broker.topic("huge/2999"), "mine"));

        assertThat(client.expect(Suback.class).codes()).isEqualTo(codes);
        client.receive(broker.topic("huge/2999"), "mine");
    }

    @Test
    @MosquittoDeviates("answers first")
    void aHugePacketLetsOtherClientsIn() {
        boolean early = false;
        for (int round = 0; round < 20 && !early; round++) { // the test itself may be late on a slow machine
            early = firstOfAHugePacket("h" + round + "/") instanceof Publish;
        }

        assertThat(early).isTrue();
    }

    private ServerPacket firstOfAHugePacket(String topic) {
        SubscribeBuilder subscribe = subscribe(1);
        for (int i = 0; i < 10_000; i++) {
            subscribe.filter(broker.topic(topic + i), 0);
        }
        MqttProbe client = broker.client(V311);
        MqttProbe other = broker.client(V311);
        client.send(subscribe);

        // Of the first filter messages come while the last ones are not yet worked off.
        List<ServerPacket> packets = List.of();
        while (packets.isEmpty()) {
            other.publish(broker.topic(topic + 0), "early", 1);
            packets = client.drain(Duration.ZERO);
        }
        return packets.get(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.8.4-3"},
            v311 = {"MQTT-3.8.4-3"})
    void sameFilterReplacesTheSubscription(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(version);
        MqttProbe publisher = broker.client(version);
        for (int qos : new int[] {0, 2, 1, 0}) {
            subscriber.subscribe(topic, qos);

            publisher.publish(topic, "q" + qos, 2);

            Publish publish = subscriber.expectPublish(topic, "q" + qos);
            assertThat(publish.qos()).isEqualTo(qos);
            subscriber.acknowledge(publish);
        }
        publisher.publish(topic, "marker", 0);
        subscriber.receive(topic, "marker");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.8.4-4", v311 = "MQTT-3.8.4-3")
    void replacingLosesNoMessage(MqttVersion version) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(version, topic, 1);
        MqttProbe publisher = broker.client(version);
        int count = 200;
        for (int i = 0; i < count; i++) {
            publisher.send(publish(topic, "m" + i));
            if (i % 20 == 0) {
                subscriber.send(subscribe(i + 10).filter(topic, i % 40 == 0 ? 1 : 2));
            }
        }

        for (int i = 0; i < count; i++) {
            assertThat(subscriber.await(Publish.class).text()).isEqualTo("m" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "#/a", "a#", "a/b#", "+a", "a+", "a/b+/c", "a/+b", "##", "++", "a/##", "a/++/b"})
    @Normative(
            v5 = {"MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-3.8.4-6", "MQTT-3.8.4-7"},
            v311 = {"MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-3.8.4-5"})
    @MosquittoDeviates("closes the connection")
    void misplacedWildcardFailsAlone(String filter) {
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            MqttProbe client = broker.client(version);

            Suback suback = client.subscribe(
                    subscribe(1).filter(broker.topic("good"), 1).filter(filter, 1));

            assertThat(suback.codes()).isEqualTo(List.of(1, version == V5 ? 0x8F : 0x80));
            broker.client(version).publish(broker.topic("good"), "x", 0);
            client.receive(broker.topic("good"), "x");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-4.7.3-1", "MQTT-3.8.4-7"},
            v311 = "MQTT-4.7.3-1")
    void emptyFilterIsInvalid(MqttVersion version) {
        // Malformed for some readers of the standard, an invalid filter for others.
        Optional<ServerPacket> answer =
                broker.client(version).send(subscribe(1).filter("", 1)).expectPacketOrEnd();

        if (answer.isPresent() && answer.get() instanceof Suback suback) {
            assertThat(suback.codes()).containsExactly(version == V5 ? 0x8F : 0x80);
        } else if (version == V5) {
            assertThat(answer).get().isInstanceOf(Disconnect.class);
        } else {
            assertThat(answer).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.8.3-2", "MQTT-4.13.1-1"},
            v311 = {"MQTT-3.8.3-3", "MQTT-4.8.0-1"})
    void thereIsAtLeastOneFilter(MqttVersion version) {
        broker.client(version).send(subscribe(1)).expectDisconnect(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.8.1-1", "MQTT-2.1.3-1"},
            v311 = {"MQTT-3.8.1-1", "MQTT-2.2.2-1", "MQTT-2.2.2-2"})
    void flagsAre0010(MqttVersion version) {
        for (int flags : new int[] {0, 1, 3, 6, 10, 15}) {
            broker.client(version)
                    .send(subscribe(1).filter(broker.topic("t"), 0).flags(flags))
                    .expectDisconnect(0x81);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x03, 0x04, 0x08, 0x10, 0x40, 0x80, 0xFF})
    @Normative(v311 = "MQTT-3.8.3-4")
    void reservedBitsOfTheQosEndTheConnectionOfMqtt311(int options) {
        broker.skipOnMosquitto(options != 0x03 && options != 0xFF, "ignores reserved bits");
        broker.client(V311)
                .send(subscribe(1).filter(broker.topic("t"), options))
                .expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x03, 0x40, 0x80, 0xC0, 0x30})
    @Normative(v5 = {"MQTT-3.8.3-5", "MQTT-4.13.1-1"})
    void reservedOptionsEndTheConnectionOfMqtt5(int options) {
        broker.client(V5).send(subscribe(1).filter(broker.topic("t"), options)).expectDisconnect(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v311 = "MQTT-2.3.1-1")
    void identifier0IsAnError(MqttVersion version) {
        broker.client(version).send(subscribe(0).filter(broker.topic("t"), 0)).expectDisconnect(0x81, 0x82);
    }

    @Test
    void userPropertiesOfSubscribeAreAccepted() {
        Suback suback = broker.client(V5)
                .subscribe(
                        subscribe(1).filter(broker.topic("t"), 1).with(user("a", "1"), user("a", "2"), user("", "")));

        assertThat(suback.codes()).containsExactly(1);
        assertThat(suback.properties()).isEqualTo(Properties.NONE);
    }
}

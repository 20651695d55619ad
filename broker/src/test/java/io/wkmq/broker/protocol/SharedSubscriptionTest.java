package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared subscriptions (4.8.2), which MQTT 3.1.1 clients may use as well. */
@ProtocolTest
class SharedSubscriptionTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    /** Receives until all members together have that many messages; each has acknowledged its own. */
    private static List<List<String>> receiveTogether(List<MqttProbe> members, int count) {
        List<List<String>> received = new ArrayList<>();
        members.forEach(member -> received.add(new ArrayList<>()));
        int total = 0;
        Deadline deadline = Deadline.after(MqttProbe.USUAL_LIMIT);
        while (total < count) {
            assertThat(deadline.passed())
                    .as("received %s of %s", received, count)
                    .isFalse();
            for (int i = 0; i < members.size(); i++) {
                total += drain(members.get(i), received.get(i));
            }
        }
        return received;
    }

    /** Takes what has arrived before the answer to a PINGREQ. */
    private static int drain(MqttProbe member, List<String> received) {
        member.send(pingreq());
        int count = 0;
        while (true) {
            var packet = member.expectPacketOrEnd().orElseThrow();
            if (packet instanceof Pingresp) {
                return count;
            }
            if (packet instanceof Publish publish) {
                received.add(publish.text());
                member.acknowledge(publish);
                count++;
            }
        }
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + i).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = "MQTT-4.8.2-1")
    void everyMessageGoesToOneMember(int qos) {
        String topic = broker.topic("t");
        List<MqttProbe> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(broker.subscriber(i == 1 ? V311 : V5, "$share/group/" + topic, qos));
        }
        MqttProbe publisher = broker.client(V5);
        for (String message : numbered(60)) {
            publisher.publish(topic, message, qos);
        }

        List<List<String>> received = receiveTogether(members, 60);

        assertThat(received.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(numbered(60));
        assertThat(received).as("each member gets some").noneMatch(List::isEmpty);
        for (List<String> one : received) {
            assertThat(one)
                    .isSortedAccordingTo((a, b) ->
                            Integer.compare(Integer.parseInt(a.substring(1)), Integer.parseInt(b.substring(1))));
        }
        members.forEach(member -> member.expectNothing(BrokerUnderTest.QUIET));
    }

    @Test
    void everyGroupGetsEveryMessage() {
        String topic = broker.topic("t");
        MqttProbe one = broker.subscriber(V5, "$share/one/" + topic, 1);
        MqttProbe two = broker.subscriber(V5, "$share/two/" + topic, 1);
        MqttProbe sameNameOtherFilter = broker.subscriber(V5, "$share/one/" + broker.topic("+"), 1);
        MqttProbe ordinary = broker.subscriber(V5, topic, 1);

        broker.client(V5).publish(topic, "x", 1);

        one.receive(topic, "x");
        two.receive(topic, "x");
        sameNameOtherFilter.receive(topic, "x");
        ordinary.receive(topic, "x");
    }

    @Test
    void sharedAndOrdinarySubscriptionOfOneClientAreTwo() {
        String topic = broker.topic("t");
        MqttProbe client = broker.client(V5);
        client.subscribe(subscribe(1).filter(topic, 1).with(subscriptionId(1)));
        client.subscribe(subscribe(2).filter("$share/g/" + topic, 1).with(subscriptionId(2)));

        broker.client(V5).publish(topic, "x", 1);

        Publish first = client.receive(topic, "x");
        Publish second = client.receive(topic, "x");
        assertThat(List.of(
                        first.properties().number(PropertyType.SUBSCRIPTION_IDENTIFIER),
                        second.properties().number(PropertyType.SUBSCRIPTION_IDENTIFIER)))
                .containsExactlyInAnyOrder(OptionalLong.of(1), OptionalLong.of(2));
    }

    @Test
    @Normative(v5 = {"MQTT-4.8.2-3", "MQTT-3.8.4-8"})
    void everyMemberHasItsOwnQos() {
        String topic = broker.topic("t");
        List<MqttProbe> members = new ArrayList<>();
        for (int qos = 0; qos <= 2; qos++) {
            members.add(broker.subscriber(V5, "$share/g/" + topic, qos));
        }
        MqttProbe publisher = broker.client(V5);
        int[] received = new int[3];
        for (int i = 0; i < 30; i++) {
            publisher.publish(topic, "x" + i, 2);
        }
        Await.until("all have come", () -> {
            for (int qos = 0; qos <= 2; qos++) {
                MqttProbe member = members.get(qos);
                member.send(pingreq());
                while (member.expectPacketOrEnd().orElseThrow() instanceof Publish publish) {
                    assertThat(publish.qos()).isEqualTo(qos);
                    received[qos]++;
                    member.acknowledge(publish);
                }
            }
            return IntStream.of(received).sum() == 30;
        });

        assertThat(received).doesNotContain(0);
    }

    @Test
    void memberThatLeavesGetsNoMore() {
        String topic = broker.topic("t");
        MqttProbe stays = broker.subscriber(V5, "$share/g/" + topic, 1);
        MqttProbe leaves = broker.subscriber(V5, "$share/g/" + topic, 1);
        MqttProbe closes = broker.subscriber(V5, "$share/g/" + topic, 1);
        leaves.unsubscribe("$share/g/" + topic);
        closes.disconnect();
        MqttProbe publisher = broker.client(V5);
        for (String message : numbered(10)) {
            publisher.publish(topic, message, 1);
        }

        for (String message : numbered(10)) {
            stays.receive(topic, message);
        }
        leaves.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share/",
                "$share//t",
                "$share/g",
                "$share/g/",
                "$share/g+/t",
                "$share/g#/t",
                "$share/+/t",
                "$share/#",
                "$share/g/a#",
                "$share/g/#/a"
            })
    @Normative(v5 = {"MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-3.8.4-7"})
    @MosquittoDeviates("closes the connection or takes the filter as an ordinary one")
    void malformedShareFailsAlone(String filter) {
        MqttProbe client = broker.client(V5);

        assertThat(client.subscribe(subscribe(1).filter(broker.topic("t"), 1).filter(filter, 1))
                        .codes())
                .containsExactly(1, 0x8F);
    }

    @Test
    @MosquittoDeviates("sends them")
    void retainedMessagesAreNotSentForASharedSubscription() {
        String topic = broker.topic("t");
        broker.client(V5).publish(publish(topic, "kept").retain(), 1);

        MqttProbe member = broker.subscriber(V5, "$share/g/" + topic, 1);

        member.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @MosquittoDeviates("queues for absent members")
    void absentMemberDoesNotHoldMessagesOfTheGroup(MqttVersion version) {
        String topic = broker.topic("t");
        String id = broker.id();
        MqttProbe absent = broker.client(version, connect(id).keepSession());
        absent.subscribe("$share/g/" + topic, 1);
        absent.disconnect();
        MqttProbe present = broker.subscriber(version, "$share/g/" + topic, 1);
        MqttProbe publisher = broker.client(version);
        for (String message : numbered(10)) {
            publisher.publish(topic, message, 1);
        }

        for (String message : numbered(10)) {
            present.receive(topic, message);
        }
    }

    @Test
    @Normative(v5 = "MQTT-4.8.2-4")
    void unfinishedQos2DeliveryWaitsForItsMember() {
        String topic = broker.topic("t");
        String id = broker.id();
        MqttProbe chosen = broker.client(V5, connect(id).keepSession());
        chosen.subscribe("$share/g/" + topic, 2);
        broker.client(V5).publish(topic, "begun", 2);
        int packetId = chosen.expectPublish(topic, "begun").packetId();
        MqttProbe other = broker.subscriber(V5, "$share/g/" + topic, 2);
        chosen.abort();

        other.expectNothing(BrokerUnderTest.QUIET);

        MqttProbe back = broker.client(V5, connect(id).keepSession());
        assertThat(back.receive(topic, "begun").packetId()).isEqualTo(packetId);
    }

    @Test
    @Normative(v5 = "MQTT-4.8.2-5")
    void unfinishedQos2DeliveryEndsWithTheSessionOfItsMember() {
        String topic = broker.topic("t");
        MqttProbe chosen = broker.client(V5, connect(broker.id()).with(sessionExpiry(0)));
        chosen.subscribe("$share/g/" + topic, 2);
        broker.client(V5).publish(topic, "begun", 2);
        chosen.expectPublish(topic, "begun");
        MqttProbe other = broker.subscriber(V5, "$share/g/" + topic, 2);

        chosen.abort();

        other.expectNothing(BrokerUnderTest.QUIET);
        broker.client(V5).publish(topic, "next", 2);
        other.receive(topic, "next");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Normative(v5 = "MQTT-4.8.2-6")
    void refusedMessageIsNotOfferedToAnother(int qos) {
        String topic = broker.topic("t");
        MqttProbe refuses = broker.subscriber(V5, "$share/g/" + topic, qos);
        broker.client(V5).publish(topic, "refused", qos);
        Publish publish = refuses.expectPublish(topic, "refused");
        MqttProbe other = broker.subscriber(V5, "$share/g/" + topic, qos);

        refuses.send(
                qos == 1
                        ? puback(publish.packetId()).code(0x80)
                        : pubrec(publish.packetId()).code(0x80));

        other.expectNothing(BrokerUnderTest.QUIET);
        refuses.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    void groupsAreByNameAndFilter() {
        String topic = broker.topic("t");
        MqttProbe member = broker.subscriber(V5, "$share/g/" + topic, 1);

        assertThat(member.unsubscribe("$share/other/" + topic).codes()).containsExactly(0x11);
        assertThat(member.unsubscribe(topic).codes()).containsExactly(0x11);
        broker.client(V5).publish(topic, "still", 1);
        member.receive(topic, "still");
        assertThat(member.unsubscribe("$share/g/" + topic).codes()).containsExactly(0x00);
    }
}

package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Pubrel;
import io.wkmq.testing.mqtt.ServerPacket.Unsuback;
import io.wkmq.testing.normative.Normative;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the maximum packet size in both directions. The probe fails for any packet larger than its CONNECT permitted. */
@ProtocolTest
class MaximumPacketSizeTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void tooLargeMessageIsDroppedForThisClientOnly(int qos) {
        String topic = broker.topic("t");
        MqttProbe small = broker.client(V5, connect(broker.id()).with(maximumPacketSize(100)));
        small.subscribe(topic, qos);
        MqttProbe large = broker.subscriber(V5, topic, qos);
        MqttProbe publisher = broker.client(V5);
        String tooLarge = "x".repeat(100);

        publisher.publish(topic, tooLarge, qos);
        publisher.publish(topic, "fits", qos);

        small.receive(topic, "fits");
        large.receive(topic, tooLarge);
        large.receive(topic, "fits");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(v5 = "MQTT-3.1.2-24")
    @MosquittoDeviates("does not count the fixed header")
    void packetOfExactlyTheMaximumIsSent(int qos) {
        String topic = broker.topic("t");
        int maximum = 120;
        int header = 2 + 2 + topic.length() + (qos == 0 ? 0 : 2) + 1;
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(maximumPacketSize(maximum)));
        subscriber.subscribe(topic, qos);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(topic, "y".repeat(maximum - header + 1), qos);
        publisher.publish(topic, "x".repeat(maximum - header), qos);

        subscriber.receive(topic, "x".repeat(maximum - header));
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-25"})
    @MosquittoDeviates("stops to deliver")
    void tooLargeMessagesTakeNoPlaceInTheWindow() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(maximumPacketSize(100), receiveMaximum(1)));
        subscriber.subscribe(topic, 2);
        MqttProbe publisher = broker.client(V5);
        for (int i = 0; i < 5; i++) {
            publisher.publish(topic, "x".repeat(100), 1 + i % 2);
        }
        publisher.publish(topic, "fits", 2);

        subscriber.receive(topic, "fits");
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void queuedMessagesAreMeasuredWhenTheyAreSent() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();
        MqttProbe publisher = broker.client(V5);
        publisher.publish(topic, "x".repeat(100), 1);
        publisher.publish(topic, "fits", 1);

        MqttProbe back = broker.client(V5, connect(id).keepSession().with(maximumPacketSize(100)));

        back.receive(topic, "fits");
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-24"})
    void propertiesCountToo() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(maximumPacketSize(100)));
        subscriber.subscribe(topic, 1);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(publish(topic, "small").with(user("large", "x".repeat(100))), 1);
        publisher.publish(topic, "fits", 1);

        subscriber.receive(topic, "fits");
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-24")
    void retainedMessagesAndWillsAreMeasured() {
        String topic = broker.topic("t");
        MqttProbe publisher = broker.client(V5);
        publisher.publish(publish(topic + "/large", "x".repeat(100)).retain(), 1);
        publisher.publish(publish(topic + "/small", "fits").retain(), 1);

        MqttProbe subscriber = broker.client(V5, connect(broker.id()).with(maximumPacketSize(100)));
        subscriber.subscribe(topic + "/#", 1);
        subscriber.receive(topic + "/small", "fits");

        broker.client(
                        V5,
                        connect(broker.id())
                                .will(will(topic + "/will", "x".repeat(100)).qos(1)))
                .abort();
        broker.client(
                        V5,
                        connect(broker.id()).will(will(topic + "/will", "fits").qos(1)))
                .abort();
        subscriber.receive(topic + "/will", "fits");
    }

    @Test
    @Normative(
            v5 = {
                "MQTT-3.1.2-24",
                "MQTT-3.4.2-2",
                "MQTT-3.4.2-3",
                "MQTT-3.5.2-2",
                "MQTT-3.5.2-3",
                "MQTT-3.6.2-2",
                "MQTT-3.6.2-3",
                "MQTT-3.7.2-2",
                "MQTT-3.7.2-3",
                "MQTT-3.9.2-1",
                "MQTT-3.9.2-2",
                "MQTT-3.11.2-1",
                "MQTT-3.11.2-2"
            })
    void answersFitTheSmallestClient() {
        // Room for CONNACK, hardly for a reason string; the probe fails at any packet above it.
        MqttProbe client = broker.client(V5, connect(broker.id()).with(maximumPacketSize(60)));
        String topic = broker.topic("t");

        assertThat(client.send(publish(topic, "x").qos(1, 1))
                        .expect(Puback.class)
                        .packetId())
                .isEqualTo(1);
        client.send(publish(topic, "x").qos(2, 2)).expect(Pubrec.class);
        client.send(pubrel(2)).expect(Pubcomp.class);
        client.send(pubrel(2)).expect(Pubcomp.class);
        client.send(pubrec(3)).expect(Pubrel.class);
        client.subscribe(subscribe(4).filter(topic, 2));
        client.send(unsubscribe(5, topic)).expect(Unsuback.class);
        client.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-24", "MQTT-3.9.2-1", "MQTT-3.9.2-2"})
    @MosquittoDeviates("closes the connection")
    void errorsOfSubscribeFitTheSmallestClient() {
        MqttProbe client = broker.client(V5, connect(broker.id()).with(maximumPacketSize(60)));

        assertThat(client.subscribe(subscribe(1).filter("a/#/b", 0)).codes()).containsExactly(0x8F);
        client.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-3.2.2-15", "MQTT-4.13.1-1"})
    void packetAboveTheServersMaximumIsRefused() {
        MqttProbe client = broker.open(V5);
        OptionalLong maximum = client.connect(broker.id()).properties().number(PropertyType.MAXIMUM_PACKET_SIZE);
        Assumptions.assumeTrue(maximum.isPresent(), "The server announced no maximum packet size");

        int size = (int) maximum.getAsLong();
        client.send(publish(broker.topic("t"), new byte[size]).encodeTruncated(V5, 1000));

        client.expectDisconnect(0x95);
    }
}

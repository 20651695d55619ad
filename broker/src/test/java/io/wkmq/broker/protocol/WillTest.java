package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.correlationData;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.payloadFormat;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The will (3.1.2.5). */
@ProtocolTest
class WillTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @CsvSource({
        "V31, 0", "V31, 1", "V31, 2", "V311, 0", "V311, 1", "V311, 2", "V5, 0", "V5, 1", "V5, 2",
    })
    @Normative(
            v5 = {"MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-14"},
            v311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-16"})
    void isPublishedWhenTheConnectionBreaks(MqttVersion version, int qos) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 2);

        broker.client(version, connect(broker.id()).will(will(topic, "gone").qos(qos)))
                .abort();

        Publish publish = watcher.receive(topic, "gone");
        assertThat(publish.qos()).isEqualTo(qos);
        assertThat(publish.retain()).isFalse();
        broker.subscriber(version, topic, 2).expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-8", v311 = "MQTT-3.1.2-8")
    void isPublishedWhenTheClientClosesWithoutDisconnect(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.client(version, connect(broker.id()).will(will(topic, "gone"))).close();

        watcher.receive(topic, "gone");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-8", v311 = "MQTT-3.1.2-8")
    void isPublishedWhenKeepAliveRunsOut(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.client(version, connect(broker.id()).keepAlive(1).will(will(topic, "gone")));

        watcher.receive(topic, "gone");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-8", v311 = "MQTT-3.1.2-8")
    void isPublishedAfterAProtocolError(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.client(version, connect(broker.id()).will(will(topic, "gone")))
                .send(subscribe(0).filter("t", 0))
                .expectDisconnect(0x81, 0x82);

        watcher.receive(topic, "gone");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-8", v311 = "MQTT-3.1.2-8")
    void isPublishedAtATakeover(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);
        broker.client(version, connect(id).will(will(topic, "gone")));

        broker.client(version, connect(id));

        watcher.receive(topic, "gone");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.14.4-3", "MQTT-3.1.2-10"},
            v311 = {"MQTT-3.14.4-3", "MQTT-3.1.2-10"})
    void isDroppedAtDisconnect(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.client(version, connect(broker.id()).will(will(topic, "must not come")))
                .disconnect();

        watcher.expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = {"MQTT-3.14.4-3", "MQTT-3.1.2-8"})
    void disconnectMayAskForIt() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 0);

        broker.client(V5, connect(broker.id()).will(will(topic, "asked for")))
                .send(disconnect(0x04))
                .expectClosed();

        watcher.receive(topic, "asked for");
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-8")
    @MosquittoDeviates("drops the will unless the code is 0x04")
    void disconnectWithAnErrorPublishesIt() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 0);

        broker.client(V5, connect(broker.id()).will(will(topic, "in trouble")))
                .send(disconnect(0x80))
                .expectClosed();

        watcher.receive(topic, "in trouble");
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v311 = "MQTT-3.1.2-12")
    void clientWithoutWillGoesSilently(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);
        broker.client(version, connect(id).keepSession().will(will(topic, "first connection")))
                .disconnect();

        broker.client(version, connect(id).keepSession()).abort();

        watcher.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-10", v311 = "MQTT-3.1.2-10")
    void isPublishedOnce(MqttVersion version) {
        String id = broker.id();
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 0);
        broker.client(version, connect(id).keepSession().will(will(topic, "gone")))
                .abort();
        watcher.receive(topic, "gone");

        broker.client(version, connect(id).keepSession()).abort();

        watcher.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-15", v311 = "MQTT-3.1.2-17")
    void isRetainedOnDemand(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 1);

        broker.client(
                        version,
                        connect(broker.id()).will(will(topic, "gone").qos(1).retain()))
                .abort();

        assertThat(watcher.receive(topic, "gone").retain()).isFalse();
        assertThat(broker.subscriber(version, topic, 1).receive(topic, "gone").retain())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    void retainedWillWithoutPayloadRemovesTheRetainedMessage(MqttVersion version) {
        String topic = broker.topic("status");
        broker.client(version).publish(publish(topic, "online").retain(), 1);
        MqttProbe watcher = broker.subscriber(version, topic, 1);
        watcher.receive(topic, "online");

        broker.client(version, connect(broker.id()).will(will(topic, "").qos(1).retain()))
                .abort();

        watcher.receive(topic, "");
        broker.subscriber(version, topic, 1).expectNothing(BrokerUnderTest.QUIET);
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.3-10", "MQTT-3.1.2-9"})
    void propertiesArePassedOn() {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(V5, topic, 1);

        broker.client(
                        V5,
                        connect(broker.id())
                                .will(will(topic, "gone")
                                        .qos(1)
                                        .with(
                                                payloadFormat(1),
                                                contentType("text/plain"),
                                                responseTopic("answer/here"),
                                                correlationData((byte) 0, (byte) -1),
                                                messageExpiry(100),
                                                user("z", "1"),
                                                user("a", "2"),
                                                user("z", "1"))))
                .abort();

        Publish publish = watcher.receive(topic, "gone");
        var properties = publish.properties();
        assertThat(properties.number(PropertyType.PAYLOAD_FORMAT_INDICATOR)).hasValue(1);
        assertThat(properties.text(PropertyType.CONTENT_TYPE)).hasValue("text/plain");
        assertThat(properties.text(PropertyType.RESPONSE_TOPIC)).hasValue("answer/here");
        assertThat(properties.binary(PropertyType.CORRELATION_DATA))
                .hasValueSatisfying(data -> assertThat(data).containsExactly(0, -1));
        assertThat(properties.number(PropertyType.MESSAGE_EXPIRY_INTERVAL).orElseThrow())
                .isBetween(90L, 100L);
        assertThat(properties.user())
                .containsExactly(new UserProperty("z", "1"), new UserProperty("a", "2"), new UserProperty("z", "1"));
        assertThat(properties.has(PropertyType.WILL_DELAY_INTERVAL)).isFalse();
    }

    @Test
    void willOfMqtt311ReachesMqtt5AndBack() {
        String topic = broker.topic("will");
        MqttProbe latest = broker.subscriber(V5, topic, 1);
        MqttProbe old = broker.subscriber(V311, topic, 1);

        broker.client(V311, connect(broker.id()).will(will(topic, "old client").qos(1)))
                .abort();
        latest.receive(topic, "old client");
        old.receive(topic, "old client");

        broker.client(
                        V5,
                        connect(broker.id())
                                .will(will(topic, "new client").qos(1).with(contentType("x"))))
                .abort();
        latest.receive(topic, "new client");
        old.receive(topic, "new client");
    }
}

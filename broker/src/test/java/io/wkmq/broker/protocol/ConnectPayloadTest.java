package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.WillBuilder.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connect flags (3.1.2.3) and the payload fields that they announce (3.1.3). */
@ProtocolTest
class ConnectPayloadTest {
    private static final int CLEAN = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_1 = 0x08;
    private static final int WILL_QOS_3 = 0x18;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    private static final byte[] ILL_FORMED = {(byte) 0xC3, 0x28};
    private static final byte[] WITH_NULL = {'a', 0, 'b'};
    private static final byte[] SURROGATE = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(
            v5 = {"MQTT-3.1.3-1", "MQTT-3.1.2-9", "MQTT-3.1.2-17", "MQTT-3.1.2-19", "MQTT-3.1.3-3"},
            v311 = {"MQTT-3.1.3-1", "MQTT-3.1.2-9", "MQTT-3.1.2-19", "MQTT-3.1.2-21", "MQTT-3.1.3-3"})
    void allFieldsTogetherAreReadInTheirOrder(MqttVersion version) {
        String topic = broker.topic("will");
        MqttProbe watcher = broker.subscriber(version, topic, 1);
        MqttProbe client = broker.client(
                version,
                connect(broker.id())
                        .will(will(topic, "payload of the will").qos(1))
                        .userName("anybody")
                        .password("secret"));

        client.abort();

        watcher.receive(topic, "payload of the will");
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = "MQTT-3.1.2-11",
            v311 = {"MQTT-3.1.2-11", "MQTT-3.1.2-13"})
    void willQosNeedsTheWillFlag(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).connectFlags(CLEAN | WILL_QOS_1))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = "MQTT-3.1.2-13",
            v311 = {"MQTT-3.1.2-11", "MQTT-3.1.2-15"})
    void willRetainNeedsTheWillFlag(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).connectFlags(CLEAN | WILL_RETAIN))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.1.2-12", v311 = "MQTT-3.1.2-14")
    void willQosIsNever3(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).will(will("t", "x")).connectFlags(CLEAN | WILL | WILL_QOS_3))
                .expectRefusal(0x81);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-9", v311 = "MQTT-3.1.2-9")
    void willFlagNeedsTheWillFields(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).connectFlags(CLEAN | WILL))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v311 = "MQTT-3.1.2-11")
    void willFieldsNeedTheWillFlag(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).will(will("t", "x")).connectFlags(CLEAN))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-17", v311 = "MQTT-3.1.2-19")
    void userNameFlagNeedsAUserName(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).connectFlags(CLEAN | USER_NAME))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-16", v311 = "MQTT-3.1.2-18")
    void userNameNeedsTheUserNameFlag(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).userName("u").connectFlags(CLEAN))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-19", v311 = "MQTT-3.1.2-21")
    void passwordFlagNeedsAPassword(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).userName("u").connectFlags(CLEAN | USER_NAME | PASSWORD))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.2-18", v311 = "MQTT-3.1.2-20")
    void passwordNeedsThePasswordFlag(MqttVersion version) {
        broker.open(version)
                .send(connect(broker.id()).userName("u").password("p").connectFlags(CLEAN | USER_NAME))
                .expectRefusal(0x81, 0x82);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v311 = "MQTT-3.1.2-22")
    void passwordWithoutUserNameIsForMqtt5Only(MqttVersion version) {
        MqttProbe probe = broker.open(version).send(connect(broker.id()).password("p"));

        if (version == V5) {
            assertThat(probe.expect(Connack.class).code()).isIn(0x00, 0x86, 0x87);
        } else {
            probe.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.3-4", "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-3.1.4-1"},
            v311 = {"MQTT-3.1.3-4", "MQTT-1.5.3-1", "MQTT-1.5.3-2", "MQTT-3.1.4-1", "MQTT-3.2.2-6"})
    void clientIdentifierHasToBeUtf8(MqttVersion version) {
        for (byte[] bytes : new byte[][] {ILL_FORMED, WITH_NULL, SURROGATE}) {
            broker.open(version).send(connect("").rawClientId(bytes)).expectRefusal(0x81, 0x85);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.3-11", "MQTT-1.5.4-1", "MQTT-1.5.4-2"},
            v311 = {"MQTT-3.1.3-10", "MQTT-1.5.3-1", "MQTT-1.5.3-2"})
    void willTopicHasToBeUtf8(MqttVersion version) {
        for (byte[] bytes : new byte[][] {ILL_FORMED, WITH_NULL, SURROGATE}) {
            broker.open(version)
                    .send(connect(broker.id()).will(will("", "x").rawTopic(bytes)))
                    .expectRefusal(0x81, 0x90);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.3-12", "MQTT-1.5.4-1", "MQTT-1.5.4-2"},
            v311 = {"MQTT-3.1.3-11", "MQTT-1.5.3-1", "MQTT-1.5.3-2"})
    void userNameHasToBeUtf8(MqttVersion version) {
        for (byte[] bytes : new byte[][] {ILL_FORMED, WITH_NULL, SURROGATE}) {
            broker.open(version)
                    .send(connect(broker.id()).rawUserName(bytes).password("p"))
                    .expectRefusal(0x81);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-4.7.0-1", "MQTT-4.7.3-1"},
            v311 = {"MQTT-4.7.1-1", "MQTT-4.7.3-1"})
    void willTopicIsATopicName(MqttVersion version) {
        for (String topic : new String[] {"a/#", "+/a", "a+", ""}) {
            broker.open(version)
                    .send(connect(broker.id()).will(will(topic, "x")))
                    .expectRefusal(0x81, 0x82, 0x90);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-3.1.4-1", "MQTT-3.1.4-6"},
            v311 = {"MQTT-3.1.4-1", "MQTT-3.1.4-5"})
    void whatFollowsARefusedConnectIsNotProcessed(MqttVersion version) {
        String topic = broker.topic("after");
        MqttProbe watcher = broker.subscriber(version, topic, 0);

        broker.open(version)
                .send(new WireWriter()
                        .raw(connect(broker.id()).connectFlags(CLEAN | 1).encode(version))
                        .raw(publish(topic, "must not arrive").encode(version))
                        .bytes());
        watcher.expectNothing(BrokerUnderTest.QUIET);

        broker.client(V311).publish(topic, "marker", 0);
        watcher.receive(topic, "marker");
    }
}

package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static io.wkmq.testing.mqtt.Property.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.Hex;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import io.wkmq.testing.mqtt.WireWriter;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UTF-8 strings (1.5.3 in MQTT 3.1.1, 1.5.4 and 1.5.7 in MQTT 5). */
@ProtocolTest
class Utf8Test {
    private static final String CONTENT_TYPE = "03";
    private static final String RESPONSE_TOPIC = "08";
    private static final String USER_PROPERTY = "26";

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c3 28", // a continuation byte is missing
                "80", // a lone continuation byte
                "ff",
                "c0 80", // U+0000 in two bytes
                "c1 bf", // overlong
                "e0 80 af", // overlong
                "e2 82", // cut off
                "ed a0 80", // surrogate U+D800
                "ed bf bf", // surrogate U+DFFF
                "f4 90 80 80", // above U+10FFFF
                "f0 80 80 af", // overlong
                "61 00 62", // U+0000
            })
    @Normative(
            v5 = {"MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-3.3.2-1", "MQTT-3.8.3-1", "MQTT-3.10.3-1", "MQTT-4.7.3-2"},
            v311 = {"MQTT-1.5.3-1", "MQTT-1.5.3-2", "MQTT-3.3.2-1", "MQTT-3.8.3-1", "MQTT-3.10.3-1", "MQTT-4.7.3-2"})
    void illFormedTopicsEndTheConnection(String hex) {
        byte[] topic = Hex.parse(hex);
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            broker.client(version).send(publish("", "x").rawTopic(topic)).expectDisconnect(0x81, 0x82, 0x90);
            broker.client(version).send(subscribe(1).rawFilter(topic, 0)).expectDisconnect(0x81, 0x82, 0x8F);
            broker.client(version).send(unsubscribe(1).rawFilter(topic)).expectDisconnect(0x81, 0x82, 0x8F);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3 28", "ed a0 80", "61 00 62", "c0 80"})
    @Normative(v5 = {"MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.7-1", "MQTT-3.3.2-13", "MQTT-3.3.2-19"})
    void illFormedPropertiesEndTheConnection(String hex) {
        byte[] text = Hex.parse(hex);
        String topic = broker.topic("t");
        byte[] good = {'k'};

        expectMalformed(topic, new WireWriter().raw(Hex.parse(CONTENT_TYPE)).binary(text));
        expectMalformed(topic, new WireWriter().raw(Hex.parse(RESPONSE_TOPIC)).binary(text));
        expectMalformed(
                topic,
                new WireWriter().raw(Hex.parse(USER_PROPERTY)).binary(text).binary(good));
        expectMalformed(
                topic,
                new WireWriter().raw(Hex.parse(USER_PROPERTY)).binary(good).binary(text));
    }

    private void expectMalformed(String topic, WireWriter properties) {
        broker.client(V5)
                .send(publish(topic, "x")
                        .rawProperties(new WireWriter()
                                .varInt(properties.size())
                                .raw(properties.bytes())
                                .bytes()))
                .expectDisconnect(0x81, 0x82, 0x90);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFFa",
                "a\uFEFFb",
                "\u00E4\u00F6\u00FC\u00DF",
                "\u65E5\u672C\u8A9E",
                "\uD83D\uDE00", // four bytes
                "\uD800\uDC00", // the first beyond 16 bits
                "\uDBFF\uDFFD", // nearly the last
                "\uFFFD",
                "a b c",
            })
    @Normative(v5 = "MQTT-1.5.4-3", v311 = "MQTT-1.5.3-3")
    void wellFormedTextArrivesUnchanged(String text) {
        String topic = broker.topic(text);
        for (MqttVersion version : new MqttVersion[] {V311, V5}) {
            MqttProbe subscriber = broker.subscriber(version, topic, 1);

            broker.client(version).publish(publish(topic, text), 1);

            subscriber.receive(topic, text);
            subscriber.close();
        }
    }

    @Test
    @Normative(v5 = {"MQTT-1.5.4-3", "MQTT-3.3.2-17", "MQTT-3.3.2-20", "MQTT-3.3.2-15"})
    void propertiesKeepByteOrderMarks() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 0);

        broker.client(V5)
                .publish(
                        publish(topic, "x")
                                .with(contentType("\uFEFFtype"), responseTopic("\uFEFF/r"), user("\uFEFF", "v\uFEFF")),
                        0);

        Publish publish = subscriber.expectPublish(topic, "x");
        assertThat(publish.properties().text(PropertyType.CONTENT_TYPE)).hasValue("\uFEFFtype");
        assertThat(publish.properties().text(PropertyType.RESPONSE_TOPIC)).hasValue("\uFEFF/r");
        assertThat(publish.properties().user()).containsExactly(new UserProperty("\uFEFF", "v\uFEFF"));
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(v5 = "MQTT-3.1.3-4", v311 = "MQTT-3.1.3-4")
    void identifierMayHaveAnyCharacters(MqttVersion version) {
        broker.client(version, connect(broker.id() + "-\u00E9\uD83D\uDE00 /+#\uFEFF"))
                .ping();
    }
}

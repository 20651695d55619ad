package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V31;
import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.ServerPacket.Unsuback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what is specific to MQTT 3.1; most other classes test it together with the later versions. */
@ProtocolTest
class Mqtt31Test {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @Test
    void emptyIdentifierIsRejected() {
        assertThat(broker.open(V31).send(connect("")).expectRefusal(2))
                .hasValueSatisfying(connack -> assertThat(connack.code()).isEqualTo(2));
    }

    @Test
    void identifierOf23CharactersIsAccepted() {
        String id = (broker.id() + "abcdefghijklmnopqrstuvw").substring(0, 23);

        broker.client(V31, connect(id)).ping();
    }

    @Test
    void longerIdentifierIsServedOrRejected() {
        MqttProbe probe = broker.open(V31).send(connect(broker.id() + "abcdefghijklmnopqrstuvwxyz"));

        Connack connack = probe.expect(Connack.class);

        assertThat(connack.code()).isIn(0, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 6})
    void otherLevelsUnderItsNameAreRefused(int level) {
        broker.open(V31).send(connect(broker.id()).level(level)).expectRefusal(1);
    }

    @ParameterizedTest
    @EnumSource
    void sharesTopicsWithTheOtherVersions(MqttVersion other) {
        String topic = broker.topic("t");
        MqttProbe old = broker.subscriber(V31, topic, 2);
        MqttProbe later = broker.subscriber(other, topic, 2);

        broker.client(V31).publish(publish(topic, "from 3.1"), 2);
        broker.client(other).publish(publish(topic, "from the other"), 2);

        old.receive(topic, "from 3.1");
        later.receive(topic, "from 3.1");
        old.receive(topic, "from the other");
        later.receive(topic, "from the other");
    }

    @ParameterizedTest
    @CsvSource({"V31, V311", "V31, V5", "V311, V31", "V5, V31"})
    void sessionsMoveBetweenVersions(MqttVersion from, MqttVersion to) {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe first = broker.client(from, connect(id).keepSession());
        first.subscribe(topic, 1);
        first.disconnect();
        broker.client(V311).publish(topic, "kept", 1);

        broker.client(to, connect(id).keepSession()).receive(topic, "kept");
    }

    @Test
    void requestsSentAgainMayHaveDup() {
        String topic = broker.topic("t");
        int dupAndQos1 = 0b1010;
        MqttProbe client = broker.client(V31);

        client.send(subscribe(1).filter(topic, 2).flags(dupAndQos1)).expect(Suback.class);
        client.send(publish(topic, "x").qos(2, 2)).await(Pubrec.class);
        client.send(pubrel(2).flags(dupAndQos1)).await(Pubcomp.class);
        client.receive(topic, "x");
        client.send(unsubscribe(3, topic).flags(dupAndQos1)).expect(Unsuback.class);
    }

    @Test
    void userNameWithoutPasswordIsAccepted() {
        MqttProbe probe = broker.open(V31).send(connect(broker.id()).userName("somebody"));

        assertThat(probe.expect(Connack.class).code()).isIn(0, 4, 5);
    }
}

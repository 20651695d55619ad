package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.Packets.pingreq;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.ServerPacket.Pingresp;
import io.wkmq.testing.normative.Normative;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PINGREQ and PINGRESP (3.12, 3.13). */
@ProtocolTest
class PingTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @EnumSource
    @Normative(v5 = "MQTT-3.12.4-1", v311 = "MQTT-3.12.4-1")
    void everyPingreqIsAnswered(MqttVersion version) {
        MqttProbe client = broker.client(version);

        client.send(pingreq()).send(pingreq()).send(pingreq());

        client.expect(Pingresp.class);
        client.expect(Pingresp.class);
        client.expect(Pingresp.class);
        client.expectNothing(BrokerUnderTest.QUIET);
    }

    @ParameterizedTest
    @EnumSource(names = {"V311", "V5"})
    @Normative(
            v5 = {"MQTT-2.1.3-1", "MQTT-4.13.1-1"},
            v311 = {"MQTT-2.2.2-2", "MQTT-4.8.0-1"})
    @MosquittoDeviates("ignores the flags")
    void flagsAre0(MqttVersion version) {
        for (int flags : new int[] {1, 2, 4, 8, 15}) {
            broker.client(version).send(pingreq().flags(flags)).expectDisconnect(0x81);
        }
    }
}

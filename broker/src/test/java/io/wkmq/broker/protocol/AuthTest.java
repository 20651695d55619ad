package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.authenticationData;
import static io.wkmq.testing.mqtt.Property.authenticationMethod;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Auth;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.normative.Normative;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AUTH and enhanced authentication (3.15, 4.12). */
@ProtocolTest
class AuthTest {
    private static final int SUCCESS = 0x00;
    private static final int CONTINUE = 0x18;
    private static final int REAUTHENTICATE = 0x19;

    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @Test
    @Normative(v5 = {"MQTT-4.12.0-1", "MQTT-3.2.2-7"})
    void unsupportedMethodIsRefused() {
        broker.open(V5)
                .send(connect(broker.id()).with(authenticationMethod("NO-SUCH-METHOD")))
                .expectRefusal(0x8C, 0x87);
    }

    @Test
    @Normative(v5 = "MQTT-4.12.0-6")
    void clientWithoutMethodGetsNeitherAuthNorMethod() {
        Connack connack = broker.open(V5).connect(broker.id());

        assertThat(connack.properties().has(PropertyType.AUTHENTICATION_METHOD)).isFalse();
        assertThat(connack.properties().has(PropertyType.AUTHENTICATION_DATA)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {CONTINUE, REAUTHENTICATE, SUCCESS})
    @Normative(v5 = {"MQTT-4.12.0-7", "MQTT-4.13.1-1"})
    void clientWithoutMethodMayNotSendAuth(int code) {
        broker.client(V5).send(ChallengeMethod.auth(code, "data")).expectDisconnect(0x82, 0x8C);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 15})
    @Normative(v5 = {"MQTT-3.15.1-1", "MQTT-2.1.3-1"})
    void flagsAre0(int flags) {
        broker.client(V5)
                .send(ChallengeMethod.auth(REAUTHENTICATE, "data").flags(flags))
                .expectDisconnect(0x81, 0x82);
    }

    @Test
    @Normative(v311 = "MQTT-4.8.0-1")
    void mqtt311HasNoAuth() {
        broker.client(V311).sendHex("f0 00").expectClosed();
    }

    @Test
    @Normative(v5 = "MQTT-4.13.1-1")
    @MosquittoDeviates("ignores the data")
    void authenticationDataNeedsAMethod() {
        broker.open(V5)
                .send(connect(broker.id()).with(authenticationData((byte) 1)))
                .expectRefusal(0x82);
    }

    /** Connects up to the challenge. */
    private MqttProbe challenged() {
        broker.require(BrokerFeature.ENHANCED_AUTHENTICATION);
        MqttProbe probe = broker.open(V5);
        expectChallenge(probe.send(connect(broker.id()).with(authenticationMethod(ChallengeMethod.NAME))));
        return probe;
    }

    private MqttProbe authenticated() {
        MqttProbe probe = challenged();
        assertThat(probe.send(ChallengeMethod.auth(CONTINUE, ChallengeMethod.RESPONSE))
                        .expect(Connack.class)
                        .code())
                .isZero();
        return probe;
    }

    private static void expectChallenge(MqttProbe probe) {
        Auth auth = probe.expect(Auth.class);
        assertThat(auth.code()).isEqualTo(CONTINUE);
        assertMethod(auth.properties());
        assertThat(auth.properties().binary(PropertyType.AUTHENTICATION_DATA))
                .hasValueSatisfying(data ->
                        assertThat(new String(data, StandardCharsets.UTF_8)).isEqualTo(ChallengeMethod.CHALLENGE));
    }

    private static void assertMethod(Properties properties) {
        assertThat(properties.text(PropertyType.AUTHENTICATION_METHOD)).hasValue(ChallengeMethod.NAME);
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.0-2", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-3.15.2-1", "MQTT-3.2.0-1"})
    void challengeIsAnsweredByConnack() {
        MqttProbe probe = challenged();

        Connack connack = probe.send(ChallengeMethod.auth(CONTINUE, ChallengeMethod.RESPONSE))
                .expect(Connack.class);

        assertThat(connack.code()).isZero();
        assertMethod(connack.properties());
        probe.ping();
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.0-4", "MQTT-3.1.4-2", "MQTT-3.14.0-1"})
    void wrongAnswerIsRefused() {
        challenged().send(ChallengeMethod.auth(CONTINUE, "wrong")).expectRefusal(0x86, 0x87);
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.0-5", "MQTT-4.13.1-1"})
    @MosquittoDeviates("sends DISCONNECT before CONNACK")
    void anotherMethodInTheAnswerIsAnError() {
        challenged()
                .send(Packets.auth(CONTINUE).with(authenticationMethod("ANOTHER")))
                .expectRefusal(0x82, 0x87, 0x8C);
    }

    @Test
    @Normative(v5 = {"MQTT-3.1.2-30", "MQTT-3.1.4-6"})
    @MosquittoDeviates("sends DISCONNECT before CONNACK")
    void onlyAuthAndDisconnectAreAllowedWhileAuthenticating() {
        String topic = broker.topic("t");
        MqttProbe watcher = broker.subscriber(V5, topic, 0);

        challenged().send(publish(topic, "too early")).expectRefusal(0x82);

        broker.client(V5).publish(topic, "marker", 0);
        watcher.receive(topic, "marker");
    }

    @Test
    void clientMayGiveUpWhileAuthenticating() {
        challenged().send(Packets.disconnect()).expectClosed();
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.1-1", "MQTT-4.12.0-5", "MQTT-3.15.2-1"})
    void clientMayAuthenticateAgain() {
        MqttProbe probe = authenticated();

        expectChallenge(probe.send(ChallengeMethod.auth(REAUTHENTICATE, "")));
        Auth done = probe.send(ChallengeMethod.auth(CONTINUE, ChallengeMethod.RESPONSE))
                .expect(Auth.class);

        assertThat(done.code()).isEqualTo(SUCCESS);
        assertMethod(done.properties());
        probe.ping();
    }

    @Test
    @MosquittoDeviates("closes the connection")
    void otherPacketsGoOnDuringReauthentication() {
        String topic = broker.topic("t");
        MqttProbe probe = authenticated();
        probe.subscribe(topic, 1);

        expectChallenge(probe.send(ChallengeMethod.auth(REAUTHENTICATE, "")));
        probe.ping();
        probe.publish(topic, "meanwhile", 1);
        probe.receive(topic, "meanwhile");
        probe.send(ChallengeMethod.auth(CONTINUE, ChallengeMethod.RESPONSE)).expect(Auth.class);
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.1-2", "MQTT-4.13.2-1"})
    @MosquittoDeviates("sends a second CONNACK")
    void failedReauthenticationEndsTheConnection() {
        MqttProbe probe = authenticated();

        expectChallenge(probe.send(ChallengeMethod.auth(REAUTHENTICATE, "")));
        probe.send(ChallengeMethod.auth(CONTINUE, "wrong")).expectDisconnect(0x86, 0x87);
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.1-1", "MQTT-4.12.1-2"})
    void reauthenticationWithAnotherMethodIsAnError() {
        authenticated()
                .send(Packets.auth(REAUTHENTICATE).with(authenticationMethod("ANOTHER")))
                .expectDisconnect(0x82, 0x8C);
    }

    @Test
    @Normative(v5 = {"MQTT-4.12.1-1", "MQTT-4.13.1-1"})
    void answerWithoutAChallengeIsAnError() {
        authenticated()
                .send(ChallengeMethod.auth(CONTINUE, ChallengeMethod.RESPONSE))
                .expectDisconnect(0x82);
    }

    @Test
    @Normative(v5 = {"MQTT-3.15.2-2", "MQTT-3.15.2-3", "MQTT-3.1.2-24"})
    void authFitsTheClientsMaximumPacketSize() {
        broker.require(BrokerFeature.ENHANCED_AUTHENTICATION);
        MqttProbe probe = broker.open(V5)
                .send(connect(broker.id())
                        .with(
                                authenticationMethod(ChallengeMethod.NAME),
                                maximumPacketSize(100),
                                user("asks for", "nothing")));

        expectChallenge(probe);
    }
}

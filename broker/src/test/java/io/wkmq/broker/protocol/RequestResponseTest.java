package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Property.contentType;
import static io.wkmq.testing.mqtt.Property.correlationData;
import static io.wkmq.testing.mqtt.Property.payloadFormat;
import static io.wkmq.testing.mqtt.Property.requestResponseInformation;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static io.wkmq.testing.mqtt.Property.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import io.wkmq.testing.normative.Normative;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests properties that the server forwards (3.3.2.3), and request/response (4.10), which builds on them. */
@ProtocolTest
class RequestResponseTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @Test
    void requestFindsItsResponse() {
        String requests = broker.topic("requests");
        String answers = broker.topic("answers/one");
        MqttProbe responder = broker.subscriber(V5, requests, 1);
        MqttProbe requester = broker.subscriber(V5, answers, 1);
        byte[] correlation = {1, 2, 3};

        requester.publish(publish(requests, "what?").with(responseTopic(answers), correlationData(correlation)), 1);
        Properties request = responder.receive(requests, "what?").properties();
        responder.publish(
                publish(request.text(PropertyType.RESPONSE_TOPIC).orElseThrow(), "that!")
                        .with(correlationData(
                                request.binary(PropertyType.CORRELATION_DATA).orElseThrow())),
                1);

        Publish response = requester.receive(answers, "that!");
        assertThat(response.properties().binary(PropertyType.CORRELATION_DATA))
                .hasValueSatisfying(data -> assertThat(data).isEqualTo(correlation));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Normative(
            v5 = {"MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20"})
    void propertiesArePassedOnUnchanged(int qos) {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, qos);
        byte[] correlation = new byte[256];
        for (int i = 0; i < correlation.length; i++) {
            correlation[i] = (byte) i;
        }

        broker.client(V5)
                .publish(
                        publish(topic, "x")
                                .with(
                                        user("second", "2"),
                                        payloadFormat(1),
                                        contentType("application/x; y=\u00E9"),
                                        user("first", "1"),
                                        responseTopic("some/where"),
                                        correlationData(correlation),
                                        user("second", "2"),
                                        user("second", "3"),
                                        user("", "")),
                        qos);

        Properties properties = subscriber.receive(topic, "x").properties();
        assertThat(properties.number(PropertyType.PAYLOAD_FORMAT_INDICATOR)).hasValue(1);
        assertThat(properties.text(PropertyType.CONTENT_TYPE)).hasValue("application/x; y=\u00E9");
        assertThat(properties.text(PropertyType.RESPONSE_TOPIC)).hasValue("some/where");
        assertThat(properties.binary(PropertyType.CORRELATION_DATA))
                .hasValueSatisfying(data -> assertThat(data).isEqualTo(correlation));
        assertThat(properties.user())
                .containsExactly(
                        new UserProperty("second", "2"),
                        new UserProperty("first", "1"),
                        new UserProperty("second", "2"),
                        new UserProperty("second", "3"),
                        new UserProperty("", ""));
        assertThat(properties.all()).hasSize(9);
    }

    @Test
    @Normative(v5 = "MQTT-3.3.2-4")
    void payloadFormatIndicator0IsPassedOnToo() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);

        broker.client(V5).publish(publish(topic, "x").with(payloadFormat(0)), 1);

        // 0 and nothing mean the same, so a server may leave it out.
        assertThat(subscriber
                        .receive(topic, "x")
                        .properties()
                        .number(PropertyType.PAYLOAD_FORMAT_INDICATOR)
                        .orElse(0))
                .isZero();
    }

    @Test
    @Normative(v5 = {"MQTT-3.3.2-17", "MQTT-3.3.2-18"})
    void propertiesWaitWithAnAbsentSession() {
        String id = broker.id();
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.client(V5, connect(id).keepSession());
        subscriber.subscribe(topic, 1);
        subscriber.disconnect();

        broker.client(V5)
                .publish(publish(topic, "x").with(user("b", "1"), user("a", "2"), correlationData((byte) 7)), 1);

        Properties properties =
                broker.client(V5, connect(id).keepSession()).receive(topic, "x").properties();
        assertThat(properties.user()).containsExactly(new UserProperty("b", "1"), new UserProperty("a", "2"));
        assertThat(properties.binary(PropertyType.CORRELATION_DATA))
                .hasValueSatisfying(data -> assertThat(data).containsExactly(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "a/+", "a/#", "a+"})
    @Normative(v5 = {"MQTT-3.3.2-14", "MQTT-4.7.0-1"})
    @MosquittoDeviates("passes such response topics on")
    void responseTopicHasNoWildcards(String wrong) {
        broker.client(V5)
                .send(publish(broker.topic("t"), "x").with(responseTopic(wrong)))
                .expectDisconnect(0x81, 0x82, 0x90);
    }

    @Test
    @Normative(v5 = "MQTT-3.1.2-28")
    void responseInformationIsNotSentUnasked() {
        assertThat(broker.open(V5).connect(broker.id()).properties().has(PropertyType.RESPONSE_INFORMATION))
                .isFalse();
        assertThat(broker.open(V5)
                        .connect(connect(broker.id()).with(requestResponseInformation(0)))
                        .properties()
                        .has(PropertyType.RESPONSE_INFORMATION))
                .isFalse();
        broker.client(V5, connect(broker.id()).with(requestResponseInformation(1)))
                .ping();
    }

    @Test
    void manyUserPropertiesArePassedOn() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);
        var builder = publish(topic, "x");
        UserProperty[] expected = new UserProperty[300];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = new UserProperty("name" + i % 7, "value" + i);
            builder.with(user(expected[i].name(), expected[i].value()));
        }

        broker.client(V5).publish(builder, 1);

        assertThat(subscriber.receive(topic, "x").properties().user()).isEqualTo(Arrays.asList(expected));
    }

    @Test
    void subscribersOfMqtt311GetTheMessageWithoutProperties() {
        String topic = broker.topic("t");
        MqttProbe subscriber = broker.subscriber(V311, topic, 1);

        broker.client(V5).publish(publish(topic, "x").with(user("a", "b"), contentType("c")), 1);

        subscriber.receive(topic, "x");
    }
}

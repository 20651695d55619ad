package io.wkmq.broker.protocol;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.normative.Normative;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests topic names and topic filters (4.7). The names in the tables are below the test's own topic. */
@ProtocolTest
class TopicFilterTest {
    @RegisterExtension
    final BrokerUnderTest broker = new BrokerUnderTest();

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1",
        "sport/tennis/player1/#, sport/tennis/player1/ranking",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon",
        "sport/#, sport",
        "#, sport/tennis",
        "+, sport",
        "+/tennis/#, sport/tennis",
        "sport/+/player1, sport/tennis/player1",
        "sport/+, sport/",
        "sport/+, sport/tennis",
        "+/+, /finance",
        "/+, /finance",
        "+/+/+, a//c",
        "a//c, a//c",
        "a/, a/",
        "a/+/, a/b/",
        "/, /",
        "+/, /",
        "/+, /",
        "//#, //",
        "//#, //a/b",
        "a b/c, a b/c",
        "$a/b, $a/b",
        "a/$b/+, a/$b/c",
        "a/+/c/#, a/b/c",
        "+/+/+/#, a/b/c/d/e/f",
    })
    @Normative(
            v5 = {"MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-3.3.2-3"},
            v311 = {"MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-3.3.2-3"})
    void filterMatchesTopic(String filter, String topic) {
        MqttProbe subscriber = broker.subscriber(V311, broker.topic(filter), 0);

        broker.client(V311).publish(broker.topic(topic), "match", 0);

        subscriber.receive(broker.topic(topic), "match");
    }

    @ParameterizedTest
    @CsvSource({
        "sport/+, sport",
        "sport/+, sport/tennis/player1",
        "sport/tennis/#, sport",
        "sport/tennis/#, sport/tennisx",
        "+, /finance",
        "+/+, finance",
        "a/b, a/b/",
        "a/b, /a/b",
        "a/b/, a/b",
        "a/b, A/b",
        "a/b, a/B",
        "a/b, a//b",
        "a b, ab",
        "/a, a",
        "a/+/c, a/c",
        "a/+/c/#, a/b/d",
        "+/+/+, a/b",
        "ab, a",
        "a, ab",
    })
    @Normative(
            v5 = {"MQTT-3.3.2-3", "MQTT-4.7.3-4"},
            v311 = {"MQTT-3.3.2-3", "MQTT-4.7.3-4"})
    void filterDoesNotMatchTopic(String filter, String topic) {
        MqttProbe subscriber = broker.subscriber(V311, broker.topic(filter), 0);
        String marker = broker.topic("zz/marker/only");
        subscriber.subscribe(marker, 0);
        MqttProbe publisher = broker.client(V311);

        publisher.publish(broker.topic(topic), "no match", 0);
        publisher.publish(marker, "marker", 0);

        subscriber.receive(marker, "marker");
    }

    @ParameterizedTest
    @CsvSource({"#", "+/#", "+/+/+"})
    @Normative(v5 = "MQTT-4.7.2-1", v311 = "MQTT-4.7.2-1")
    void leadingWildcardMatchesNoTopicThatStartsWithDollar(String filter) {
        String name = broker.id();
        MqttProbe subscriber = broker.subscriber(V5, filter, 0);
        String hidden = "$wkmq/" + name + "/b";

        // A server may keep clients from such topics; then there is nothing to match.
        MqttProbe offender = broker.client(V5);
        offender.send(publish(hidden, "hidden").qos(1, 1)).expectPacketOrEnd();
        broker.client(V5).publish(name + "/a/b", "seen", 0);

        Publish seen = subscriber.expect(Publish.class);
        while (!seen.topic().equals(name + "/a/b")) {
            assertThat(seen.topic()).doesNotStartWith("$");
            seen = subscriber.expect(Publish.class);
        }
    }

    @Test
    @Normative(v5 = "MQTT-4.7.2-1", v311 = "MQTT-4.7.2-1")
    void wildcardBelowADollarTopicMatches() {
        String name = "$wkmq/" + broker.id();
        MqttProbe exact = broker.subscriber(V311, name + "/b/c", 0);
        MqttProbe subscriber = broker.subscriber(V311, name + "/+/c", 0);

        broker.client(V311).publish(name + "/b/c", "x", 0);

        Assumptions.assumeFalse(
                exact.drain(Duration.ofSeconds(1)).isEmpty(), "The server keeps clients from topics with $");
        subscriber.receive(name + "/b/c", "x");
    }

    @Test
    @Normative(v5 = "MQTT-4.7.3-4", v311 = "MQTT-4.7.3-4")
    void unicodeIsNotNormalized() {
        String composed = broker.topic("\u00E9"); // e with acute accent as one character
        String decomposed = broker.topic("e\u0301"); // the same as two
        MqttProbe subscriber = broker.subscriber(V5, composed, 0);
        MqttProbe publisher = broker.client(V5);

        publisher.publish(decomposed, "other topic", 0);
        publisher.publish(composed, "same topic", 0);

        subscriber.receive(composed, "same topic");
    }

    @Test
    @Normative(v5 = "MQTT-4.7.3-3", v311 = "MQTT-4.7.3-3")
    void topicsMayHave65535Bytes() {
        String start = broker.topic("");
        String topic = start + "x".repeat(65_535 - start.length());
        MqttProbe subscriber = broker.subscriber(V5, topic, 1);

        broker.client(V311).publish(topic, "long", 1);

        subscriber.receive(topic, "long");
    }
}

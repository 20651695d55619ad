package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.connect;
import static io.wkmq.testing.mqtt.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.ctl.Wkctl;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Properties;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests messages that a channel captures, and what their publishers are told. */
@Timeout(60)
class CaptureTest {
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int IMPLEMENTATION_SPECIFIC_ERROR = 0x83;

    @TempDir
    Path home;

    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = TestBroker.start(home, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        ctl("channels", "create", "plant", "plant/#");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private String ctl(String... words) {
        Wkctl.Said said = Wkctl.run(home, words);
        assertThat(said.status()).as(said.text()).isZero();
        return said.text();
    }

    private MqttProbe client(String clientId) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect(clientId);
        return client;
    }

    private static String user(Properties properties, String name) {
        List<String> values = properties.user().stream()
                .filter(property -> property.name().equals(name))
                .map(UserProperty::value)
                .toList();
        return values.isEmpty() ? "none" : values.get(values.size() - 1);
    }

    @Test
    void pubackSaysWhereTheMessageIs() {
        try (MqttProbe publisher = client("p")) {
            for (int i = 1; i <= 3; i++) {
                Puback puback =
                        publisher.send(publish("plant/7", "x").qos(1, i)).expect(Puback.class);
                assertThat(puback.code()).isZero();
                assertThat(user(puback.properties(), "wk-ch")).isEqualTo("plant");
                assertThat(user(puback.properties(), "wk-seq")).isEqualTo(Integer.toString(i));
                assertThat(user(puback.properties(), "wk-term")).isEqualTo("1");
                assertThat(user(puback.properties(), "wk-ts")).startsWith("20").endsWith("Z");
            }
            Pubrec pubrec = publisher.send(publish("plant", "y").qos(2, 9)).expect(Pubrec.class);
            assertThat(user(pubrec.properties(), "wk-seq")).isEqualTo("4");
            Puback other = publisher.send(publish("other", "x").qos(1, 10)).expect(Puback.class);
            assertThat(other.properties().user()).isEmpty();
        }
        assertThat(ctl("channels", "show", "plant")).contains("first=1, last=4, ");
    }

    @Test
    void pubacksOfAPipelineComeInOrder() {
        try (MqttProbe publisher = client("p")) {
            for (int i = 1; i <= 500; i++) {
                publisher.send(publish(i % 3 == 0 ? "other" : "plant/7", "x").qos(1, i));
            }
            int seq = 0;
            for (int i = 1; i <= 500; i++) {
                Puback puback = publisher.expect(Puback.class);
                assertThat(puback.packetId()).isEqualTo(i);
                assertThat(user(puback.properties(), "wk-seq"))
                        .isEqualTo(i % 3 == 0 ? "none" : Integer.toString(++seq));
            }
        }
    }

    @Test
    void whoWantsNoProblemInformationIsToldNothing() {
        try (MqttProbe publisher = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5)) {
            publisher.connect(connect("p").with(Property.number(PropertyType.REQUEST_PROBLEM_INFORMATION, 0)));
            Puback puback = publisher.send(publish("plant/7", "x").qos(1, 1)).expect(Puback.class);
            assertThat(puback.code()).isZero();
            assertThat(puback.properties()).isEqualTo(Properties.NONE);
        }
    }

    @Test
    void aMessageThatIsNamedTwiceIsThereOnce() {
        try (MqttProbe publisher = client("p")) {
            Property name = Property.user("wk-msg-id", "17");
            Puback first =
                    publisher.send(publish("plant/7", "x").qos(1, 1).with(name)).expect(Puback.class);
            assertThat(user(first.properties(), "wk-dup")).isEqualTo("none");
            Puback second =
                    publisher.send(publish("plant/7", "x").qos(1, 2).with(name)).expect(Puback.class);
            assertThat(second.code()).isZero();
            assertThat(user(second.properties(), "wk-seq")).isEqualTo("1");
            assertThat(user(second.properties(), "wk-dup")).isEqualTo("1");
            Puback other =
                    publisher.send(publish("plant/7", "y").qos(1, 3).with(name)).expect(Puback.class);
            assertThat(other.code()).isEqualTo(IMPLEMENTATION_SPECIFIC_ERROR);
            assertThat(other.properties().text(PropertyType.REASON_STRING).orElse(""))
                    .startsWith("wk:conflict ");
        }
    }

    @Test
    void subscribersOfTheTopicGetTheMessageWithItsPlace() {
        try (MqttProbe subscriber = client("s");
                MqttProbe publisher = client("p")) {
            subscriber.subscribe("plant/+", 1);
            publisher.publish(publish("plant/7", "x").with(Property.user("b", "1"), Property.user("a", "2")), 1);
            Publish received = subscriber.receive("plant/7", "x");
            assertThat(received.properties().user())
                    .extracting(UserProperty::name)
                    .containsExactly("b", "a", "wk-ch", "wk-seq", "wk-ts");
            assertThat(user(received.properties(), "wk-seq")).isEqualTo("1");
        }
    }

    @Test
    void whatMqtt3AndQos0PublishIsCapturedToo() {
        try (MqttProbe publisher = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V311);
                MqttProbe subscriber = client("s")) {
            subscriber.subscribe("plant/#", 0);
            publisher.connect("p");
            publisher.publish("plant/1", "a", 0);
            publisher.publish("plant/1", "b", 1);
            publisher.publish("plant/1", "c", 2);
            for (String payload : List.of("a", "b", "c")) {
                subscriber.receive("plant/1", payload);
            }
        }
        assertThat(ctl("channels", "show", "plant")).contains("last=3, ");
        assertThat(ctl("channels", "scrub", "plant"))
                .contains("Scrub(state=done, channels=1, ", "damaged=0, repaired=0)");
    }

    @Test
    void administratorsSeeWhatAChannelHas() {
        try (MqttProbe publisher = client("p")) {
            publisher.publish(publish("plant/1", "a").with(Property.user("wk-msg-id", "17")), 1);
            publisher.publish("plant/2", "bc", 1);
        }
        assertThat(ctl("channels", "peek", "plant"))
                .contains("Record(1, ts=20", ", topic=plant/1, qos=1, size=1, publisher=p)", "Record(2, ", "size=2");
        assertThat(ctl("channels", "peek", "plant", "2", "1")).startsWith("Record(2, ");
        assertThat(ctl("log", "dump", "plant").lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{\"seq\":1,\"id\":\"17\",\"term\":1,\"ts\":\"20")
                .endsWith(",\"topic\":\"plant/1\",\"sha256\":"
                        + "\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"}");
        ctl("channels", "alter", "plant", "max-count=1000", "max-age=7d", "max-bytes=1GB", "ids=5", "ids-age=1m");
        assertThat(ctl("channels", "list"))
                .contains("max_age=604800, max_bytes=1073741824, max_count=1000, ids=5, ids_age=60");
        ctl("channels", "trim", "plant", "2");
        assertThat(ctl("channels", "show", "plant")).contains("first=2, last=2, ");
    }

    @Test
    void whatChannelsDoIsMeasured() {
        try (MqttProbe publisher = client("p")) {
            publisher.publish("plant/1", "a", 1);
            publisher.publish("plant/1", "b", 1);
        }
        assertThat(broker.metrics())
                .contains(
                        "\nwkmq_channels 1.0\n",
                        "\nwkmq_channel_last_seq{channel=\"plant\",} 2.0\n",
                        "\nwkmq_channel_queued_bytes 0.0\n",
                        "\nwkmq_channel_appends_total 2.0\n",
                        "\nwkmq_channel_appends_refused_total 0.0\n")
                .containsPattern("\nwkmq_channel_append_seconds_sum (?!0\\.0\n)")
                .contains(
                        "\n# TYPE wkmq_channel_append_seconds histogram\n",
                        "\nwkmq_channel_append_seconds_bucket{le=\"+Inf\",} 2.0\n",
                        "\nwkmq_channel_append_seconds_count 2.0\n",
                        "\nwkmq_channel_append_batch_messages_bucket{le=\"1.0\",} 2.0\n",
                        "\nwkmq_channel_append_batch_messages_count 2.0\n",
                        "\nwkmq_channel_append_batch_messages_sum 2.0\n",
                        "\nwkmq_channel_queued_messages{group=\"0\",} 0.0\n")
                .containsPattern("\nwkmq_channel_log_writes_total (?!0\\.0\n)")
                .containsPattern("\nwkmq_channel_log_entries_total (?!0\\.0\n)")
                .doesNotContain("wkmq_raft_")
                .containsPattern("\nwkmq_channel_log_write_seconds_sum (?!0\\.0\n)");
        broker.close();
        broker = TestBroker.start(home, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        assertThat(broker.metrics()).contains("\nwkmq_channel_last_seq{channel=\"plant\",} 2.0\n");
    }

    @Test
    void whatAnAdministratorMayNotDoIsSaid() {
        assertThat(Wkctl.run(home, "channels", "create", "other", "plant/7").text())
                .contains("plant/#")
                .contains("expected a topic to be in one channel only");
        assertThat(Wkctl.run(home, "channels", "show", "other").text()).contains("There is no channel other");
        assertThat(Wkctl.run(home, "channels", "alter", "plant", "max-age=soon").text())
                .contains("'max-age=soon': expected a duration");
    }

    @Test
    void channelsGoOnAfterARestart() {
        try (MqttProbe publisher = client("p")) {
            publisher.publish("plant/1", "a", 1);
        }
        ctl("channels", "create", "gone", "gone/#");
        ctl("channels", "delete", "gone");
        broker.close();
        broker = TestBroker.start(home, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        assertThat(ctl("channels", "list"))
                .contains("Channel(plant, filter=plant/#")
                .doesNotContain("gone");
        try (MqttProbe publisher = client("p")) {
            Puback puback = publisher.send(publish("plant/1", "b").qos(1, 1)).expect(Puback.class);
            assertThat(user(puback.properties(), "wk-seq")).isEqualTo("2");
        }
    }

    @Test
    void aChannelThatIsRemovedCapturesNothing() {
        ctl("channels", "delete", "plant");
        try (MqttProbe publisher = client("p")) {
            Puback puback = publisher.send(publish("plant/7", "x").qos(1, 1)).expect(Puback.class);
            assertThat(puback.properties().user()).isEmpty();
            assertThat(puback.code()).isNotEqualTo(QUOTA_EXCEEDED);
        }
        assertThat(ctl("channels", "list")).doesNotContain("plant");
    }

    @Test
    void aNodeThatCanHaveOthersDoesNotStartWithChannels() {
        broker.close();
        assertThatThrownBy(() -> TestBroker.start(
                        home, Map.of("WKMQ_CLUSTER__DISCOVERY", "manual", "WKMQ_NODE__COOKIE", "secret")))
                .hasMessageContaining("The node has 1 channels");
    }
}

package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Property.correlationData;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.ctl.Wkctl;
import io.wkmq.broker.http.Json;
import io.wkmq.broker.plugin.PluginJars;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Pubcomp;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Pubrec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the requests of clients about channels: a range of messages ($get), and the state of a channel ($info). */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ChannelRequestTest {
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int TOPIC_FILTER_INVALID = 0x8F;
    private static final int QUOTA_EXCEEDED = 0x97;

    /** Guests may not replay; answers to "closed/..." nobody may publish; everything about the late ones is said later. */
    private static final String RULES = """
            public void start(PluginContext context) {
                context.addAuthorizer((client, request) -> {
                    boolean guest = client.clientId().endsWith("guest");
                    boolean denied = request instanceof AccessRequest.Publish publish
                            ? publish.topic().text().startsWith("closed/")
                            : guest && ((AccessRequest.Subscribe) request).filter().filter().text().matches("plant/#|.ch/.*");
                    CompletionStage<Authorization> answer = (denied ? Authorization.DENY : Authorization.ALLOW).now();
                    return client.clientId().startsWith("late")
                            ? CompletableFuture.supplyAsync(() -> denied ? Authorization.DENY : Authorization.ALLOW)
                            : answer;
                });
            }
            public void stop() {}
            """;

    @TempDir
    Path home;

    private TestBroker broker;

    @BeforeEach
    void start() throws Exception {
        new PluginJars(
                        Files.createDirectories(home.resolve("plugins")),
                        Files.createDirectories(home.resolve("scratch")))
                .add("rules", RULES);
        broker = TestBroker.start(home, Map.of("WKMQ_PLUGINS__LOADED", "rules"));
        broker.broker().channels().changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private MqttProbe client(String clientId) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect(clientId);
        return client;
    }

    private void fill(int count) {
        try (MqttProbe publisher = client("p")) {
            for (int i = 1; i <= count; i++) {
                publisher.publish("plant/7", "m" + i, 1);
            }
        }
    }

    private static PublishBuilder get(String question) {
        return publish("$ch/plant/$get", question).with(responseTopic("answers/r"), correlationData((byte) 7));
    }

    private static Map<String, @Nullable Object> answer(MqttProbe client) {
        Publish answer = client.await(Publish.class);
        assertThat(answer.topic()).isEqualTo("answers/r");
        assertThat(answer.retain()).isFalse();
        assertThat(answer.properties().text(PropertyType.CONTENT_TYPE)).hasValue("application/json");
        assertThat(answer.properties().binary(PropertyType.CORRELATION_DATA))
                .hasValueSatisfying(data -> assertThat(data).containsExactly(7));
        client.acknowledge(answer);
        return Json.object(answer.text());
    }

    @SuppressWarnings("unchecked")
    private static List<Object> seqs(Map<String, @Nullable Object> answer) {
        List<Map<String, Object>> rows = (List<Map<String, Object>>) Objects.requireNonNull(answer.get("data"));
        return rows.stream().map(row -> Objects.requireNonNull(row.get("seq"))).toList();
    }

    @SuppressWarnings("unchecked")
    private static String next(Map<String, @Nullable Object> answer) {
        Map<String, @Nullable Object> meta = (Map<String, @Nullable Object>) Objects.requireNonNull(answer.get("meta"));
        return String.valueOf(meta.get("next"));
    }

    private static int code(MqttProbe client, PublishBuilder request) {
        int id = client.nextPacketId();
        client.send(request.qos(1, id));
        Puback ack = client.await(Puback.class);
        assertThat(ack.packetId()).isEqualTo(id);
        return ack.code();
    }

    private static int subscribe(MqttProbe client, String filter) {
        return client.subscribe(Packets.subscribe(client.nextPacketId()).filter(filter, 1))
                .codes()
                .get(0);
    }

    @Test
    void messagesComeToTheResponseTopic() {
        fill(5);
        try (MqttProbe client = client("r")) {
            client.subscribe("answers/r", 1);
            assertThat(code(client, get("{\"from\":2,\"to\":4,\"limit\":2,\"payload\":\"plain\"}")))
                    .isZero();
            Map<String, @Nullable Object> page = answer(client);
            assertThat(seqs(page)).containsExactly(2.0, 3.0);
            assertThat(next(page)).isEqualTo("4.0");
            assertThat(page).containsEntry("channel", "plant");
            assertThat(page.toString()).contains("payload=m2");

            client.publish(get(""), 0);
            page = answer(client);
            assertThat(seqs(page)).hasSize(5);
            assertThat(next(page)).isEqualTo("null");
        }
    }

    @Test
    void aRequestThatComesAgainIsAnsweredOnce() {
        fill(1);
        try (MqttProbe client = client("r")) {
            client.subscribe("answers/r", 0);
            client.send(get("").qos(2, 9));
            assertThat(client.await(Pubrec.class).code()).isZero();
            client.send(get("").qos(2, 9).duplicate());
            assertThat(client.await(Pubrec.class).code()).isZero();
            assertThat(seqs(answer(client))).containsExactly(1.0);
            client.send(pubrel(9));
            assertThat(client.await(Pubcomp.class).code()).isZero();
            client.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void anAnswerHasABoundOfBytes() {
        try (MqttProbe client = client("r")) {
            for (int i = 0; i < 4; i++) {
                client.publish(publish("plant/1", new byte[100_000]), 1);
            }
            client.subscribe("answers/r", 0);
            client.publish(get("{\"limit\":10000}"), 1);
            Map<String, @Nullable Object> page = answer(client);
            assertThat(seqs(page)).containsExactly(1.0, 2.0);
            assertThat(next(page)).isEqualTo("3.0");
        }
    }

    @Test
    void manyRequestsAreAnsweredInOrder() {
        fill(40);
        try (MqttProbe client = client("r")) {
            client.subscribe("answers/r", 0);
            for (int i = 1; i <= 40; i++) {
                client.send(get("{\"from\":" + i + ",\"limit\":1}"));
            }
            for (double i = 1; i <= 40; i++) {
                assertThat(seqs(answer(client))).containsExactly(i);
            }
        }
    }

    @Test
    void whatMakesNoSenseIsAnsweredToo() {
        try (MqttProbe client = client("r")) {
            client.subscribe("answers/r", 0);
            for (String question : List.of("{", "5", "{\"limit\":10001}", "{\"form\":3}", "{\"from\":3,\"to\":2}")) {
                assertThat(code(client, get(question))).isZero();
                assertThat(answer(client)).containsEntry("code", "BAD_REQUEST");
            }
            client.publish(publish("$ch/none/$get", "").with(responseTopic("answers/r"), correlationData((byte) 7)), 0);
            assertThat(answer(client)).containsEntry("code", "NOT_FOUND");
        }
    }

    @Test
    void whoCannotBeAnsweredIsTold() {
        try (MqttProbe client = client("r")) {
            assertThat(code(client, publish("$ch/plant/$get", ""))).isEqualTo(0x83);
            assertThat(code(client, publish("$ch/plant/$get", "").with(responseTopic("$SYS/x"))))
                    .isEqualTo(0x83);
        }
        try (MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V311)) {
            client.connect("old");
            client.publish("$ch/plant/$get", "", 1);
            client.ping();
        }
    }

    @Test
    void whoMayNotReplayOrPublishTheAnswerIsRefused() {
        fill(1);
        for (String id : List.of("guest", "late-guest")) {
            try (MqttProbe client = client(id)) {
                client.subscribe("answers/r", 0);
                assertThat(code(client, get(""))).isEqualTo(NOT_AUTHORIZED);
                assertThat(subscribe(client, "$ch/plant/$info")).isEqualTo(NOT_AUTHORIZED);
                client.expectNothing(Duration.ofMillis(100));
            }
        }
        for (String id : List.of("r", "late")) {
            try (MqttProbe client = client(id)) {
                client.subscribe("#", 0);
                PublishBuilder elsewhere = publish("$ch/plant/$get", "").with(responseTopic("closed/r"));
                assertThat(code(client, elsewhere)).isEqualTo(NOT_AUTHORIZED);
                assertThat(code(client, get(""))).isZero();
                assertThat(seqs(answer(client))).containsExactly(1.0);
                assertThat(subscribe(client, "$ch/plant/$info")).isZero();
            }
        }
    }

    @Test
    void anAnswerIsInNoChannel() throws Exception {
        broker.broker().channels().changes().create("answers", TopicFilter.of("answers/#"), ChannelSettings.DEFAULT);
        fill(1);
        try (MqttProbe client = client("r")) {
            client.subscribe("answers/r", 0);
            client.publish(get(""), 1);
            answer(client);
        }
        assertThat(broker.broker().channels().contents().position("answers").next())
                .isEqualTo(1);
    }

    @Test
    void replaysAreShownWithTheSubscriptions() {
        try (MqttProbe client = client("r")) {
            client.subscribe("$ch/plant@earliest/#", 1);
            assertThat(Wkctl.run(home, "subscriptions", "show", "r").text()).isEqualTo("r -> $ch/plant@earliest/#:1\n");
            assertThat(Wkctl.run(home, "subscriptions", "list").text()).contains("r -> $ch/plant@earliest/#:1");
        }
    }

    private static Map<String, @Nullable Object> info(MqttProbe client, boolean retained) {
        Publish info = client.await(Publish.class);
        assertThat(info.topic()).isEqualTo("$ch/plant/$info");
        assertThat(info.qos()).isZero();
        assertThat(info.retain()).isEqualTo(retained);
        return Json.object(info.text());
    }

    @Test
    void whatAChannelHasIsToldAtOnceAndWhenItChanges() throws Exception {
        fill(3);
        try (MqttProbe client = client("r")) {
            assertThat(subscribe(client, "$ch/plant/$info")).as("of QoS 1").isZero();
            Map<String, @Nullable Object> info = info(client, true);
            assertThat(info)
                    .containsEntry("channel", "plant")
                    .containsEntry("first", 1.0)
                    .containsEntry("last", 3.0)
                    .containsEntry("count", 3.0)
                    .containsEntry("cursor_count", 0.0)
                    .containsEntry("cursors", List.of())
                    .containsKey("bytes");
            client.expectNothing(Duration.ofMillis(200));
            fill(2);
            while (!Double.valueOf(5).equals(info.get("last"))) { // one may come between the two
                info = info(client, false);
            }
            broker.broker().channels().contents().trim("plant", 5);
            assertThat(info(client, false)).containsEntry("first", 5.0).containsEntry("count", 1.0);

            assertThat(client.unsubscribe("$ch/plant/$info").codes()).containsExactly(0);
            assertThat(client.unsubscribe("$ch/plant/$info").codes()).containsExactly(0x11);
        }
    }

    @Test
    void howFarReadersAndGroupsAreBehindIsTold() throws Exception {
        fill(5);
        try (MqttProbe reader = client("reader");
                MqttProbe worker = client("worker");
                MqttProbe client = client("r")) {
            Wkctl.run(home, "channels", "cursors", "plant", "reset", "billing", "seq:4");
            worker.subscribe("$share/workers/$ch/plant@earliest/#", 0);
            for (int i = 1; i <= 5; i++) {
                worker.await(Publish.class);
            }
            client.subscribe("$ch/plant/$info", 0);
            Map<String, @Nullable Object> info = info(client, true);
            List<Map<String, Object>> expected = List.of(cursor("group:workers", 6, 0), cursor("billing", 6, 0));
            assertThat(info).containsEntry("cursor_count", 2.0);
            assertThat(cursors(info)).contains(cursor("billing", 4, 2));

            reader.subscribe(Packets.subscribe(reader.nextPacketId())
                    .filter("$ch/plant/#", 0)
                    .with(Property.user("wk-cursor", "billing")));
            while (!cursors(info).containsAll(expected)) { // the moves are told one by one, or together
                info = info(client, false);
            }
        }
    }

    private static Map<String, Object> cursor(String name, double position, double lag) {
        return Map.of("name", name, "position", position, "lag", lag);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> cursors(Map<String, @Nullable Object> info) {
        return (List<Object>) Objects.requireNonNull(info.get("cursors"));
    }

    @Test
    void theReadersThatAreBehindMostAreTold() throws Exception {
        fill(150);
        for (int i = 1; i <= 120; i++) {
            broker.broker()
                    .channels()
                    .contents()
                    .resetCursor("plant", "reader-" + i, new ReadStart.Seq(i % 2 == 0 ? 151 : 152 - i));
        }
        try (MqttProbe client = client("r")) {
            client.subscribe("$ch/plant/$info", 0);
            Map<String, @Nullable Object> info = info(client, true);
            assertThat(info).containsEntry("cursor_count", 120.0);
            assertThat(cursors(info))
                    .hasSize(100)
                    .startsWith(cursor("reader-119", 33, 118), cursor("reader-117", 35, 116))
                    .contains(cursor("reader-10", 151, 0), cursor("reader-1", 151, 0));
        }
    }

    @Test
    void theEndOfAChannelIsToldByNothing() throws Exception {
        try (MqttProbe client = client("r")) {
            client.subscribe("$ch/plant/$info", 0);
            assertThat(info(client, true)).containsEntry("count", 0.0);
            broker.broker().channels().changes().delete("plant");
            Publish end = client.await(Publish.class);
            assertThat(end.payload()).isEmpty();
            assertThat(subscribe(client, "$ch/plant/$info")).isEqualTo(TOPIC_FILTER_INVALID);
        }
    }

    @Test
    void retainHandlingSaysWhetherItIsToldAtOnce() {
        try (MqttProbe client = client("r")) {
            client.subscribe(Packets.subscribe(client.nextPacketId()).filter("$ch/plant/$info", 0x20));
            client.expectNothing(Duration.ofMillis(300));
            client.subscribe(Packets.subscribe(client.nextPacketId()).filter("$ch/plant/$info", 0x10));
            client.expectNothing(Duration.ofMillis(300));
            client.subscribe(Packets.subscribe(client.nextPacketId())
                    .filter("$ch/plant/$info", 0)
                    .with(Property.subscriptionId(42)));
            Publish info = client.await(Publish.class);
            assertThat(info.retain()).isTrue();
            assertThat(info.properties().numbers(PropertyType.SUBSCRIPTION_IDENTIFIER))
                    .containsExactly(42L);
        }
    }

    @Test
    void aClientWatchesSomeChannelsOnly() throws Exception {
        try (MqttProbe client = client("r")) {
            for (int i = 0; i <= 16; i++) {
                broker.broker().channels().changes().create("c" + i, TopicFilter.of("c/" + i), ChannelSettings.DEFAULT);
                assertThat(subscribe(client, "$ch/c" + i + "/$info")).isEqualTo(i < 16 ? 0 : QUOTA_EXCEEDED);
            }
        }
    }
}

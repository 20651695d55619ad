package io.wkmq.broker.channels;

import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.plugin.PluginJars;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a replay must be permitted twice, as a replay and as an ordinary subscription with the same result, in whatever way it is
 * requested.
 */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ReplayAccessTest {
    private static final int FAILURE_MQTT3 = 0x80;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int TOPIC_FILTER_INVALID = 0x8F;

    /** Whoever may subscribe to these two filters alone may replay in these ways. */
    private static final List<String> WHOLE = List.of(
            "$ch/plant/#",
            "$ch/plant@earliest/#",
            "$ch/plant@cursor:billing@earliest/#",
            "$share/g/$ch/plant/#",
            "$share/h/$ch/plant@earliest/#",
            "$queue/$ch/plant/#");

    private static final List<String> PARTS = List.of(
            "$ch/plant/plant/1",
            "$ch/plant@seq:1/plant/+",
            "$share/g/$ch/plant/plant/+",
            "$queue/$ch/plant/plant/1",
            "$s/earliest/plant/#");

    /**
     * What a client may do is said by the end of its id; about the late ones it is said later. About the one that waits it is said when
     * another one subscribes to "go on", and who subscribes to "asked" is answered when something about it has been asked.
     */
    private static final String RULES = """
            private final CompletableFuture<Authorization> asked = new CompletableFuture<>();
            private final CompletableFuture<Authorization> goOn = new CompletableFuture<>();
            private static boolean denied(String id, AccessRequest request) {
                if (request instanceof AccessRequest.Publish publish) {
                    return id.endsWith("no-get") && publish.topic().text().endsWith("/$get");
                }
                String filter = ((AccessRequest.Subscribe) request).filter().filter().text();
                return (id.endsWith("no-replay") && filter.startsWith("$ch/"))
                        || (id.endsWith("no-topics") && filter.startsWith("plant/"))
                        || (id.endsWith("whole") && !Set.of("$ch/plant/#", "plant/#").contains(filter));
            }
            private CompletionStage<Authorization> waiting(AccessRequest request) {
                String filter = ((AccessRequest.Subscribe) request).filter().filter().text();
                switch (filter) {
                    case "asked": return asked;
                    case "go on": goOn.complete(Authorization.ALLOW); return goOn;
                    default: asked.complete(Authorization.ALLOW); return goOn;
                }
            }
            public void start(PluginContext context) {
                context.addAuthorizer((client, request) -> {
                    String id = client.clientId();
                    if (id.startsWith("waiting")) {
                        return waiting(request);
                    }
                    Authorization answer = denied(id, request) ? Authorization.DENY : Authorization.ALLOW;
                    return id.startsWith("late") ? CompletableFuture.supplyAsync(() -> answer) : answer.now();
                });
            }
            public void stop() {}
            """;

    @TempDir
    Path home;

    private @Nullable TestBroker broker;

    @AfterEach
    void stop() {
        broker().close();
    }

    private TestBroker broker() {
        if (broker == null) {
            throw new IllegalStateException("The node was not started");
        }
        return broker;
    }

    private void start(Map<String, String> settings) throws Exception {
        broker = TestBroker.start(home, settings);
        declare("plant/#");
    }

    private void startWithRules() throws Exception {
        new PluginJars(
                        Files.createDirectories(home.resolve("plugins")),
                        Files.createDirectories(home.resolve("scratch")))
                .add("rules", RULES);
        start(Map.of("WKMQ_PLUGINS__LOADED", "rules", "WKMQ_PLUGIN__RULES__TIMEOUT", "30s"));
    }

    private void declare(String filter) throws Exception {
        broker().broker().channels().changes().create("plant", TopicFilter.of(filter), ChannelSettings.DEFAULT);
    }

    private MqttProbe client(String clientId, MqttVersion version) {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker().port(Protocol.TCP), version);
        client.connect(clientId);
        return client;
    }

    private MqttProbe client(String clientId) {
        return client(clientId, MqttVersion.V5);
    }

    private void fill(String topic, String payload) {
        try (MqttProbe publisher = client("p")) {
            publisher.publish(topic, payload, 1);
        }
    }

    private static SubscribeBuilder replay(MqttProbe client, String filter) {
        return subscribe(client.nextPacketId()).filter(filter, 1).with(Property.user("wk-from", "earliest"));
    }

    private static int code(MqttProbe client, String filter) {
        return client.subscribe(replay(client, filter)).codes().get(0);
    }

    private static int ask(MqttProbe client) {
        int id = client.nextPacketId();
        client.send(
                publish("$ch/plant/$get", "").with(responseTopic("answers/r")).qos(1, id));
        return client.await(Puback.class).code();
    }

    /** What the channel has comes, and nothing any more. */
    private static void replays(MqttProbe client, String filter) {
        assertThat(code(client, filter)).as(filter).isEqualTo(1);
        Publish first = client.await(Publish.class);
        assertThat(first.text()).as(filter).isEqualTo("m1");
        client.acknowledge(first);
        assertThat(client.unsubscribe(filter).codes()).as(filter).containsExactly(0);
    }

    private void nobodyReads() throws Exception {
        assertThat(broker().broker().channels().contents().cursors("plant")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"both", "late-both"})
    void whoHasBothRightsGetsAll(String id) throws Exception {
        startWithRules();
        fill("plant/1", "m1");
        try (MqttProbe reader = client(id)) {
            WHOLE.forEach(filter -> replays(reader, filter));
            PARTS.forEach(filter -> replays(reader, filter));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-replay", "no-topics", "late-no-replay", "late-no-topics"})
    void whoLacksOneOfTheTwoRightsGetsNothing(String id) throws Exception {
        startWithRules();
        fill("plant/1", "m1");
        try (MqttProbe reader = client(id)) {
            for (String filter : WHOLE) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
            for (String filter : PARTS) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
            assertThat(reader.subscribe(replay(reader, "$ch/plant/#")
                                    .filter("other/+", 1)
                                    .filter("$share/g/$ch/plant/#", 1))
                            .codes())
                    .as("with one that is allowed")
                    .containsExactly(NOT_AUTHORIZED, 1, NOT_AUTHORIZED);
            fill("plant/1", "m2");
            fill("other/1", "x");
            reader.receive("other/1", "x");
            reader.expectNothing(Duration.ofMillis(200));
            assertThat(reader.unsubscribe("$ch/plant/#").codes()).containsExactly(0x11);
        }
        nobodyReads();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-replay", "late-no-replay"})
    void whoMayNotReplayIsNotToldWhichChannelsThereAre(String id) throws Exception {
        startWithRules();
        try (MqttProbe reader = client(id)) {
            for (String filter : List.of(
                    "$ch/plant/#",
                    "$ch/none/#",
                    "$ch/plant@earliest/plant/1",
                    "$ch/none@earliest/plant/1",
                    "$share/g/$ch/plant/#",
                    "$share/g/$ch/none/#",
                    "$s/earliest/plant/#",
                    "$s/earliest/none/#",
                    "$ch/plant/$info",
                    "$ch/none/$info")) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
        }
        nobodyReads();
    }

    /** What the topics of one that is not there would be nobody knows, and {@code $info} tells it anyway. */
    @ParameterizedTest
    @ValueSource(strings = {"no-topics", "late-no-topics"})
    void whoMayReplayIsToldWhichChannelsThereAreAlsoIfTheirTopicsAreDenied(String id) throws Exception {
        startWithRules();
        try (MqttProbe reader = client(id)) {
            for (String filter : List.of("$ch/plant/#", "$share/g/$ch/plant/#")) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
            for (String filter : List.of("$ch/none/#", "$share/g/$ch/none/#")) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(TOPIC_FILTER_INVALID);
            }
            for (String filter : List.of("$ch/plant/plant/1", "$ch/none/plant/1")) {
                assertThat(code(reader, filter))
                        .as("with topics that are denied: " + filter)
                        .isEqualTo(NOT_AUTHORIZED);
            }
            assertThat(code(reader, "$ch/plant/$info")).isLessThan(FAILURE_MQTT3);
            assertThat(code(reader, "$ch/none/$info")).isEqualTo(TOPIC_FILTER_INVALID);
        }
        nobodyReads();
    }

    @ParameterizedTest
    @ValueSource(strings = {"both", "late-both"})
    void whoMayReplayIsToldThatAChannelIsNotThere(String id) throws Exception {
        startWithRules();
        try (MqttProbe reader = client(id)) {
            for (String filter : List.of(
                    "$ch/none/#",
                    "$ch/none@earliest/plant/1",
                    "$share/g/$ch/none/#",
                    "$s/earliest/none/#",
                    "$ch/none/$info",
                    "$ch/no+ne/$info",
                    "$ch/+/$info")) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(TOPIC_FILTER_INVALID);
            }
            reader.expectNothing(Duration.ofMillis(200));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-replay", "no-topics"})
    void aClientOfMqtt3IsRefusedToo(String id) throws Exception {
        startWithRules();
        fill("plant/1", "m1");
        try (MqttProbe reader = client(id, MqttVersion.V311)) {
            for (String filter :
                    List.of("$ch/plant@earliest/#", "$share/g/$ch/plant@earliest/#", "$s/earliest/plant/#")) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(FAILURE_MQTT3);
            }
            reader.subscribe("other/+", 1);
            fill("other/1", "x");
            reader.receive("other/1", "x");
            reader.expectNothing(Duration.ofMillis(200));
        }
        nobodyReads();
    }

    @Test
    void whatIsJudgedIsTheChannelWithTheTopicsAndTheTopics() throws Exception {
        startWithRules();
        fill("plant/1", "m1");
        try (MqttProbe reader = client("whole")) {
            WHOLE.forEach(filter -> replays(reader, filter));
            for (String filter : PARTS) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-replay", "no-topics", "no-get", "late-no-replay", "late-no-topics", "late-no-get"})
    void whoLacksOneOfTheRightsIsNotAnswered(String id) throws Exception {
        startWithRules();
        fill("plant/1", "m1");
        try (MqttProbe client = client(id);
                MqttProbe listener = client("both")) {
            listener.subscribe("answers/r", 1);
            assertThat(ask(client)).isEqualTo(NOT_AUTHORIZED);
            assertThat(ask(listener)).isZero();
            Publish answer = listener.await(Publish.class);
            assertThat(answer.text()).contains("\"seq\":1");
            listener.acknowledge(answer);
            listener.expectNothing(Duration.ofMillis(200));
        }
    }

    @Test
    void clientsWithAMountpointReplayNothingWhateverTheyMay() throws Exception {
        start(Map.of("WKMQ_LISTENER__TCP__EXTERNAL__MOUNTPOINT", "plant/"));
        fill("1", "m1"); // plant/1
        try (MqttProbe reader = client("r")) {
            for (String filter : WHOLE) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
            for (String filter : PARTS) {
                assertThat(code(reader, filter)).as(filter).isEqualTo(NOT_AUTHORIZED);
            }
            assertThat(code(reader, "$ch/plant/$info")).isEqualTo(NOT_AUTHORIZED);
            reader.subscribe("answers/r", 1);
            assertThat(ask(reader)).isEqualTo(NOT_AUTHORIZED);
            reader.subscribe("2", 1);
            fill("2", "x");
            reader.receive("2", "x");
            reader.expectNothing(Duration.ofMillis(200));
        }
        nobodyReads();
        assertThat(broker().broker().channels().contents().position("plant").next())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$ch/plant/#", "$share/g/$ch/plant/#", "$s/earliest/plant/#"})
    void aChannelThatIsDeclaredAnewWhileARightIsAskedForIsNotReplayed(String filter) throws Exception {
        startWithRules();
        try (MqttProbe reader = client("waiting");
                MqttProbe other = client("waiting too")) {
            reader.send(replay(reader, filter));
            other.subscribe("asked", 0);
            broker().broker().channels().changes().delete("plant");
            declare("secret/#");
            fill("secret/1", "m1");
            other.subscribe("go on", 0);
            assertThat(reader.await(Suback.class).codes()).containsExactly(TOPIC_FILTER_INVALID);
            reader.expectNothing(Duration.ofMillis(200));
        }
        nobodyReads();
    }
}

package io.wkmq.broker.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.http.Json;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the channels of a running node over HTTP. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ChannelsApiTest {
    private static final String CHANNELS = "/api/v1/channels";
    private static final String MESSAGES = CHANNELS + "/plant/messages";
    private static final String SYNC = "/channel/messagesync";

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestBroker broker;
    private String token;

    private record Answer(int status, String body, HttpResponse<String> response) {
        Map<String, @Nullable Object> json() {
            return Json.object(body);
        }

        String code() {
            return String.valueOf(json().get("code"));
        }
    }

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(home, Map.of("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0"));
        token = "Bearer " + Files.readString(home.resolve("run/wkctl.token")).strip();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Answer ask(String method, String path, String body, @Nullable String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + broker.broker().managementPort() + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }

    private Answer ask(String method, String path, String body) throws IOException, InterruptedException {
        return ask(method, path, body, token);
    }

    private Map<String, @Nullable Object> read(String path) throws Exception {
        Answer answer = ask("GET", path, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private Map<String, @Nullable Object> sync(String body) throws Exception {
        Answer answer = ask("POST", SYNC, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private NodeChannels plant() throws Exception {
        NodeChannels channels = broker.broker().channels();
        channels.changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
        return channels;
    }

    private MqttProbe publisher() {
        MqttProbe client = MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), MqttVersion.V5);
        client.connect("meter");
        return client;
    }

    @Test
    void manyAreDeclaredAtOnceAndThoseThatCannotBeAreTold() throws Exception {
        plant();
        StringBuilder body = new StringBuilder("[{\"name\":\"plant\",\"filter\":\"other\"}");
        for (int i = 1; i <= 100; i++) {
            body.append(",{\"name\":\"c" + i + "\",\"filter\":\"c/" + i + "/#\",\"max_age\":\"7d\"}");
        }
        Answer answer = ask("POST", CHANNELS, body + "]");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(meta(answer.json()))
                .isEqualTo(Map.of("created", 100.0, "existing", 0.0, "refused", 1.0, "unknown", 0.0));
        List<Map<String, @Nullable Object>> all = rows(answer.json(), "data");
        assertThat(all.get(0)).containsEntry("name", "plant").containsEntry("code", "CONFLICT");
        assertThat(String.valueOf(all.get(0).get("message"))).contains("There is a channel plant already");
        assertThat(all.get(100)).isEqualTo(Map.of("name", "c100", "created", true));
        assertThat(broker.broker().channels().list()).hasSize(101);
        assertThat(read(CHANNELS + "/c100")).containsEntry("max_age", 604_800.0);

        answer = ask("POST", CHANNELS, body + "]");
        assertThat(meta(answer.json()))
                .as("who asks again")
                .isEqualTo(Map.of("created", 0.0, "existing", 100.0, "refused", 1.0, "unknown", 0.0));
        assertThat(rows(answer.json(), "data").get(100)).isEqualTo(Map.of("name", "c100", "exists", true));

        Answer wrong = ask("POST", CHANNELS, "[{\"name\":\"a\",\"filter\":\"a\"},{\"name\":\"b\"}]");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("Object 2 of the list: There is no 'filter'; expected one");
        assertThat(ask("POST", CHANNELS, "[{\"name\":\"a\",\"filter\":\"a\"},{\"name\":\"b\",\"filter\":\"#/b\"}]")
                        .body())
                .contains("BAD_REQUEST", "Object 2 of the list: ");
        assertThat(ask("POST", CHANNELS, "[{\"name\":\"a\",\"filtre\":\"a\"}]").body())
                .contains("Object 1 of the list: There is no field 'filtre'");
        assertThat(broker.broker().channels().find("a"))
                .as("one that cannot be read keeps all back")
                .isNull();
        for (String element : List.of("1:'1'", "null:null", "\"a\":'a'", "[]:a list")) {
            int colon = element.lastIndexOf(':');
            assertThat(ask("POST", CHANNELS, '[' + element.substring(0, colon) + ']')
                            .body())
                    .contains(
                            "BAD_REQUEST",
                            "Object 1 of the list: This is no JSON object, but " + element.substring(colon + 1)
                                    + "; expected one");
        }
    }

    @Test
    void replicasAreLookedThroughAndRepairedOnDemand() throws Exception {
        assertThat(ask("POST", "/cluster/sync/force", "").body()).contains("\"state\":\"done\"", "\"channels\":0");
        plant();
        fill(20);
        assertThat(ask("POST", "/cluster/sync/force", "{\"channel\": \"plant\"}")
                        .json())
                .containsEntry("state", "done")
                .containsKeys("channels", "bytes", "damaged", "repaired");
        assertThat(ask("POST", "/cluster/sync/force", "{\"channel\": \"plan\"}").status())
                .isEqualTo(404);
        assertThat(ask("POST", "/cluster/sync/force", "{\"chanel\": \"plant\"}").code())
                .isEqualTo("BAD_REQUEST");
        assertThat(ask("GET", "/cluster/sync/force", "").status()).isEqualTo(405);
        assertThat(ask("POST", "/cluster/sync/force", "", null).status()).isEqualTo(401);
    }

    private void fill(int count) {
        try (MqttProbe publisher = publisher()) {
            for (int i = 1; i <= count; i++) {
                publisher.publish("plant/7", "m" + i, 1);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> rows(Map<String, @Nullable Object> answer, String name) {
        return (List<Map<String, @Nullable Object>>) Objects.requireNonNull(answer.get(name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> meta(Map<String, @Nullable Object> answer) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(answer.get("meta"));
    }

    private static int number(@Nullable Object value) {
        return ((Number) Objects.requireNonNull(value)).intValue();
    }

    private static List<Integer> seqs(Map<String, @Nullable Object> answer) {
        return rows(answer, "data").stream().map(row -> number(row.get("seq"))).toList();
    }

    private static List<Integer> synced(Map<String, @Nullable Object> answer) {
        return rows(answer, "messages").stream()
                .map(row -> number(row.get("message_seq")))
                .toList();
    }

    @Test
    void whoDoesNotShowTheTokenGetsNothing() throws Exception {
        for (String authorization : new @Nullable String[] {null, "Bearer x", token.substring(7), "Basic abc"}) {
            Answer answer = ask("GET", CHANNELS, "", authorization);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("UNAUTHORIZED");
            assertThat(answer.response().headers().firstValue("WWW-Authenticate"))
                    .hasValue("Bearer");
        }
        assertThat(ask("POST", SYNC, "{}", null).status()).isEqualTo(401);
        assertThat(ask("GET", "/healthz", "", null).status()).isEqualTo(200);
    }

    @Test
    void aChannelIsDeclaredShownAndRemoved() throws Exception {
        Answer made = ask(
                "POST",
                CHANNELS,
                "{\"name\": \"plant\", \"filter\": \"plant/#\", \"max_age\": \"7d\", \"max_bytes\": \"1MB\", \"ids\": 5}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(made.json())
                .containsEntry("name", "plant")
                .containsEntry("filter", "plant/#")
                .containsEntry("max_age", 604_800.0)
                .containsEntry("max_bytes", 1_048_576.0)
                .containsEntry("max_count", null)
                .containsEntry("ids", 5.0);
        assertThat(ask("POST", CHANNELS, "{\"name\":\"other\",\"filter\":\"other\",\"max_age\":60}")
                        .json())
                .containsEntry("max_age", 60.0);
        fill(3);

        Map<String, @Nullable Object> shown = read(CHANNELS + "/plant");
        assertThat(shown)
                .containsEntry("first", 1.0)
                .containsEntry("last", 3.0)
                .containsEntry("count", 3.0)
                .containsKeys("digest", "last_at", "created_at");
        assertThat((Double) shown.get("bytes")).isBetween(60.0, 10_000.0);

        Map<String, @Nullable Object> all = read(CHANNELS);
        assertThat(rows(all, "data").stream().map(row -> row.get("name"))).containsExactly("other", "plant");
        assertThat(meta(all)).containsEntry("count", 2.0).containsEntry("hasnext", false);
        Map<String, @Nullable Object> second = read(CHANNELS + "?limit=1&page=2");
        assertThat(rows(second, "data").stream().map(row -> row.get("name"))).containsExactly("plant");
        assertThat(meta(read(CHANNELS + "?limit=1"))).containsEntry("hasnext", true);

        Answer removed = ask("DELETE", CHANNELS + "/plant", "");
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.body()).isEmpty();
        assertThat(ask("GET", CHANNELS + "/plant", "").status()).isEqualTo(404);
        assertThat(ask("DELETE", CHANNELS + "/plant", "").code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void whatCannotBeDeclaredIsRefused() throws Exception {
        plant();
        for (String twice :
                List.of("{\"name\":\"plant\",\"filter\":\"b\"}", "{\"name\":\"b\",\"filter\":\"plant/7\"}")) {
            Answer answer = ask("POST", CHANNELS, twice);
            assertThat(answer.status()).as(answer.body()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("CONFLICT");
        }
        for (String wrong : List.of(
                "",
                "5",
                "[]",
                "{",
                "{\"name\":\"b\"}",
                "{\"name\":\"a b\",\"filter\":\"b\"}",
                "{\"name\":\"b\",\"filter\":\"#/b\"}",
                "{\"name\":\"b\",\"filter\":\"$SYS/#\"}",
                "{\"name\":\"b\",\"filter\":\"b\",\"max_age\":\"soon\"}",
                "{\"name\":\"b\",\"filter\":\"b\",\"max_count\":0}",
                "{\"name\":\"b\",\"filter\":\"b\",\"max_agee\":\"1d\"}")) {
            Answer answer = ask("POST", CHANNELS, wrong);
            assertThat(answer.status()).as(wrong + answer.body()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("BAD_REQUEST");
        }
        assertThat(broker.broker().channels().list()).hasSize(1);
    }

    @Test
    void messagesComeInPages() throws Exception {
        NodeChannels channels = plant();
        assertThat(meta(read(MESSAGES))).containsEntry("last", 0.0).containsEntry("next", null);
        fill(5);
        assertThat(seqs(read(MESSAGES))).containsExactly(1, 2, 3, 4, 5);
        Map<String, @Nullable Object> page = read(MESSAGES + "?limit=2");
        assertThat(seqs(page)).containsExactly(1, 2);
        assertThat(meta(page))
                .containsEntry("next", 3.0)
                .containsEntry("last", 5.0)
                .containsEntry("gap", null);
        page = read(MESSAGES + "?from_seq=3&to_seq=4&limit=10000");
        assertThat(seqs(page)).containsExactly(3, 4);
        assertThat(meta(page)).containsEntry("next", null);
        assertThat(seqs(read(MESSAGES + "?from_seq=6"))).isEmpty();

        channels.contents().trim("plant", 4);
        page = read(MESSAGES + "?from_seq=2");
        assertThat(seqs(page)).containsExactly(4, 5);
        assertThat(meta(page)).containsEntry("gap", "2-3");
        page = read(MESSAGES + "?to_seq=2");
        assertThat(seqs(page)).isEmpty();
        assertThat(meta(page)).containsEntry("next", null);
    }

    @Test
    void payloadsComeAsTheyAreWanted() throws Exception {
        plant();
        try (MqttProbe publisher = publisher()) {
            publisher.publish(
                    Packets.publish("plant/1", "21.5 °")
                            .with(Property.user("wk-msg-id", "r1"), Property.contentType("text/plain")),
                    1);
            publisher.publish(Packets.publish("plant/2", new byte[] {(byte) 0xFF, 0}), 1);
        }
        List<Map<String, @Nullable Object>> usual = rows(read(MESSAGES), "data");
        assertThat(usual.get(0))
                .containsEntry("payload", "MjEuNSDCsA==")
                .containsEntry("payload_encoding", "base64")
                .containsEntry("topic", "plant/1")
                .containsEntry("qos", 1.0)
                .containsEntry("publisher", "meter")
                .containsEntry("id", "r1")
                .containsEntry("content_type", "text/plain")
                .containsEntry("user_properties", List.of(Map.of("key", "wk-msg-id", "value", "r1")));
        List<Map<String, @Nullable Object>> plain = rows(read(MESSAGES + "?payload=plain"), "data");
        assertThat(plain.get(0)).containsEntry("payload", "21.5 °").containsEntry("payload_encoding", "plain");
        assertThat(plain.get(1)).containsEntry("payload", "/wA=").containsEntry("payload_encoding", "base64");
        assertThat(rows(read(MESSAGES + "?payload=none"), "data").get(0)).doesNotContainKey("payload");
    }

    @Test
    void anAnswerHasABoundOfBytes() throws Exception {
        plant();
        try (MqttProbe publisher = publisher()) {
            for (int i = 0; i < 6; i++) {
                publisher.publish(Packets.publish("plant/1", new byte[900_000]), 1);
            }
        }
        Map<String, @Nullable Object> page = read(MESSAGES);
        assertThat(seqs(page)).containsExactly(1, 2, 3, 4);
        assertThat(meta(page)).containsEntry("next", 5.0);
        assertThat(seqs(read(MESSAGES + "?from_seq=5"))).containsExactly(5, 6);
        Map<String, @Nullable Object> down = sync("{\"channel_id\":\"plant\",\"limit\":100}");
        assertThat(synced(down)).containsExactly(3, 4, 5, 6);
        assertThat(down).containsEntry("more", 1.0);
    }

    @Test
    void messagesAreSyncedUpAndDownAsByWuKongIm() throws Exception {
        NodeChannels channels = plant();
        assertThat(sync("{\"channel_id\":\"plant\"}"))
                .containsEntry("more", 0.0)
                .containsEntry("messages", List.of());
        fill(10);
        String head = "{\"login_uid\":\"u1\",\"channel_id\":\"plant\",\"channel_type\":2,";
        Map<String, @Nullable Object> up = sync(head + "\"start_message_seq\":3,\"limit\":4,\"pull_mode\":1}");
        assertThat(synced(up)).containsExactly(3, 4, 5, 6);
        assertThat(up).containsEntry("more", 1.0).containsEntry("start_message_seq", 3.0);
        assertThat(rows(up, "messages").get(0))
                .containsEntry("payload", "bTM=")
                .containsEntry("from_uid", "meter")
                .containsEntry("channel_id", "plant")
                .containsEntry("channel_type", 2.0)
                .containsEntry("topic", "plant/7")
                .containsEntry("client_msg_no", "");
        Map<String, @Nullable Object> range =
                sync(head + "\"start_message_seq\":3,\"end_message_seq\":6,\"limit\":99999,\"pull_mode\":1}");
        assertThat(synced(range)).containsExactly(3, 4, 5);
        assertThat(range).containsEntry("more", 0.0);
        assertThat(synced(sync(head + "\"start_message_seq\":6,\"end_message_seq\":6,\"pull_mode\":1}")))
                .isEmpty();

        Map<String, @Nullable Object> down = sync(head + "\"start_message_seq\":8,\"limit\":3,\"pull_mode\":0}");
        assertThat(synced(down)).containsExactly(6, 7, 8);
        assertThat(down).containsEntry("more", 1.0);
        range = sync(head + "\"start_message_seq\":8,\"end_message_seq\":5,\"limit\":30}");
        assertThat(synced(range)).containsExactly(6, 7, 8);
        assertThat(range).containsEntry("more", 0.0);
        for (int mode = 0; mode <= 1; mode++) {
            Map<String, @Nullable Object> last = sync(head + "\"limit\":2,\"pull_mode\":" + mode + "}");
            assertThat(synced(last)).containsExactly(9, 10);
        }
        channels.contents().trim("plant", 9);
        Map<String, @Nullable Object> rest = sync(head + "\"start_message_seq\":9,\"limit\":5}");
        assertThat(synced(rest)).containsExactly(9);
        assertThat(rest).containsEntry("more", 0.0);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        plant();
        for (String path : List.of(
                MESSAGES + "?limit=10001",
                MESSAGES + "?limit=0",
                MESSAGES + "?limit=ten",
                MESSAGES + "?from_seq=-1",
                MESSAGES + "?from_seq=5&to_seq=4",
                MESSAGES + "?payload=hex",
                MESSAGES + "?form_seq=5",
                CHANNELS + "?page=0",
                CHANNELS + "?limit=10001")) {
            Answer answer = ask("GET", path, "");
            assertThat(answer.status()).as(path + answer.body()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("BAD_REQUEST");
        }
        for (String body :
                List.of("{}", "{\"channel_id\":\"plant\",\"pull_mode\":2}", "no", "{\"channel\":\"plant\"}")) {
            assertThat(ask("POST", SYNC, body).status()).as(body).isEqualTo(400);
        }
        assertThat(ask("POST", SYNC, "{\"channel_id\":\"none\"}").status()).isEqualTo(404);
        for (String path :
                List.of("/api/", "/api/v1/x", CHANNELS + "/none/messages", CHANNELS + "/plant/x", "/channel/x")) {
            assertThat(ask("GET", path, "").status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void otherMethodsAreRefusedAndHeadIsGetWithoutABody() throws Exception {
        plant();
        Map<String, String> allowed = Map.of(
                CHANNELS,
                "GET, HEAD, POST",
                CHANNELS + "/plant",
                "GET, HEAD, DELETE",
                MESSAGES,
                "GET, HEAD",
                SYNC,
                "POST");
        for (Map.Entry<String, String> path : allowed.entrySet()) {
            Answer answer = ask("PATCH", path.getKey(), "{}");
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.code()).isEqualTo("METHOD_NOT_ALLOWED");
            assertThat(answer.response().headers().firstValue("Allow")).hasValue(path.getValue());
        }
        Answer head = ask("HEAD", CHANNELS, "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void manyRequestsAtOnceAreAnsweredOrToldToComeAgain() throws Exception {
        plant();
        fill(50);
        List<Integer> statuses = IntStream.range(0, 30)
                .parallel()
                .mapToObj(i -> {
                    try {
                        return ask("GET", MESSAGES, "").status();
                    } catch (IOException | InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        assertThat(statuses).isSubsetOf(200, 503).contains(200);
    }
}

package io.wkmq.broker.listener;

import static io.wkmq.broker.listener.WebSocketProbe.BINARY;
import static io.wkmq.broker.listener.WebSocketProbe.CLOSE;
import static io.wkmq.broker.listener.WebSocketProbe.CONTINUATION;
import static io.wkmq.broker.listener.WebSocketProbe.PING;
import static io.wkmq.broker.listener.WebSocketProbe.PONG;
import static io.wkmq.broker.listener.WebSocketProbe.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.listener.WebSocketProbe.Frame;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class WebSocketTest {
    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void binaryFramesCarryBytes(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                probe.sendFrame(true, BINARY, "hello");
                Frame answer = probe.readFrame();
                assertThat(answer.opcode()).isEqualTo(BINARY);
                assertThat(answer.text()).isEqualTo("hello");
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.peerAddress()).startsWith("127.0.0.1:");
                assertThat(endpoint.secure()).isFalse();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.CLOSED, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void framesMayGoThroughTls(Transport transport, @TempDir Path directory) throws Exception {
        Pki pki = new Pki(directory);
        try (TestNode node = new TestNode(transport)) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WSS).tls(pki.config()));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tls(listener.port(), pki.client(null)))) {
                probe.send("hello".getBytes(StandardCharsets.US_ASCII));
                assertThat(probe.readText(5)).isEqualTo("hello");
                assertThat(node.echo.next().endpoint().secure()).isTrue();
            }
        }
    }

    @Test
    void requestHasATimeLimit() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        new WebSocketStage("/mqtt", TestNode.MAX_PACKET_BYTES, () -> {}).addTo(channel.pipeline());
        channel.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isFalse();
        assertThat(ShutdownReason.of(channel)).isEqualTo(ShutdownReason.WEBSOCKET_TIMEOUT);
        channel.finishAndReleaseAll();
    }

    @Test
    void upgradeLeavesNoHttpBehind() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                probe.sendFrame(true, BINARY, "hello");
                assertThat(probe.readText(5)).isEqualTo("hello");
                assertThat(node.echo.next().channel().pipeline().toMap().values())
                        .extracting(handler -> handler.getClass().getSimpleName())
                        .containsExactly(
                                "ReadGate",
                                "WebSocket13FrameEncoder",
                                "WebSocket13FrameDecoder",
                                "WebSocketPingGuard",
                                "WebSocketServerProtocolHandler",
                                "WebSocketBytes",
                                "Echo");
            }
        }
    }

    @Test
    void anotherClientUnderstandsUs() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            CompletableFuture<String> answer = new CompletableFuture<>();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("mqtt")
                    .buildAsync(URI.create("ws://127.0.0.1:" + listener.port() + "/mqtt"), new Collector(5, answer))
                    .get(20, TimeUnit.SECONDS);
            assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
            socket.sendBinary(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), true)
                    .get(20, TimeUnit.SECONDS);
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("hello");
            socket.abort();
        }
    }

    @Test
    void streamDoesNotCareWhereFramesEnd() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                // One message in three frames with a ping in between, an empty frame, two messages in one segment.
                probe.sendFrame(false, BINARY, "he");
                probe.sendFrame(false, CONTINUATION, "");
                probe.sendFrame(true, PING, "?");
                probe.sendFrame(true, CONTINUATION, "llo");
                probe.sendFrame(true, BINARY, "");
                assertThat(readAllBut(probe, PONG, 5)).isEqualTo("hello");
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(WebSocketProbe.frame(true, BINARY, "wor"));
                both.writeBytes(WebSocketProbe.frame(true, BINARY, "ld"));
                probe.sendRaw(both.toByteArray());
                assertThat(probe.readText(5)).isEqualTo("world");
            }
        }
    }

    @Test
    void frameMayComeByteByByte() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (TestClient client = TestClient.tcp(listener.port())) {
                WebSocketProbe probe = WebSocketProbe.open(client);
                for (byte each : WebSocketProbe.frame(true, BINARY, "hello")) {
                    client.send(new byte[] {each});
                }
                assertThat(probe.readText(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void largeFramesGoBothWays() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                String large = "x".repeat(TestNode.MAX_PACKET_BYTES);
                probe.sendFrame(true, BINARY, large);
                assertThat(probe.readText(large.length())).isEqualTo(large);
            }
        }
    }

    @Test
    void frameLargerThanAnyPacketEndsTheConnection() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                // The head of the frame is enough.
                byte[] frame = WebSocketProbe.frame(true, BINARY, "x".repeat(TestNode.MAX_PACKET_BYTES + 1));
                probe.sendRaw(Arrays.copyOf(frame, 14));
                Frame close = probe.readFrame();
                assertThat(close.opcode()).isEqualTo(CLOSE);
                assertThat(close.closeCode()).isEqualTo(1009);
                assertThat(probe.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.WEBSOCKET_ERROR, 1);
            assertThat(node.echo.received.get()).isZero();
        }
    }

    @Test
    void textFrameEndsTheConnection() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                // What follows in the same segment is not looked at [MQTT-6.0.0-1].
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(WebSocketProbe.frame(true, TEXT, "hello"));
                both.writeBytes(WebSocketProbe.frame(true, BINARY, "hello"));
                probe.sendRaw(both.toByteArray());
                Frame close = probe.readFrame();
                assertThat(close.opcode()).isEqualTo(CLOSE);
                assertThat(close.closeCode()).isEqualTo(1003);
                assertThat(probe.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.WEBSOCKET_ERROR, 1);
            assertThat(node.echo.received.get()).isZero();
        }
    }

    @Test
    void frameThatIsNotMaskedEndsTheConnection() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                probe.sendRaw(new byte[] {(byte) 0x82, 1, 'x'});
                Frame close = probe.readFrame();
                assertThat(close.opcode()).isEqualTo(CLOSE);
                assertThat(close.closeCode()).isEqualTo(1002);
                assertThat(probe.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.WEBSOCKET_ERROR, 1);
        }
    }

    @Test
    void pingIsAnsweredAndCloseIsReturned() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                probe.sendFrame(true, PING, "are you there");
                Frame pong = probe.readFrame();
                assertThat(pong.opcode()).isEqualTo(PONG);
                assertThat(pong.text()).isEqualTo("are you there");
                probe.sendRaw(WebSocketProbe.frame(true, CLOSE, new byte[] {3, (byte) 0xe8}));
                assertThat(probe.readFrame().closeCode()).isEqualTo(1000);
                assertThat(probe.ends()).isTrue();
            }
        }
    }

    @Test
    void closingSendsACloseFrameFirst() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            try (WebSocketProbe probe = WebSocketProbe.open(TestClient.tcp(listener.port()))) {
                ShutdownReason.KICKED.close(node.echo.next().channel());
                assertThat(probe.readFrame().opcode()).isEqualTo(CLOSE);
                assertThat(probe.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.KICKED, 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"mqtt|mqtt", "mqttv3.1|mqttv3.1", "chat, mqtt|mqtt", "mqttv3.1,mqtt|mqttv3.1"})
    void subprotocolIsTheFirstThatBothKnow(String offered, String chosen) throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            String response = respond(listener, WebSocketProbe.request("/mqtt", offered));
            assertThat(response).startsWith("HTTP/1.1 101 ");
            assertThat(response.toLowerCase(Locale.ROOT))
                    .contains("sec-websocket-protocol: " + chosen + "\r\n")
                    .doesNotContain("sec-websocket-extensions");
        }
    }

    @Test
    void queryBehindThePathIsIgnored() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            assertThat(respond(listener, WebSocketProbe.request("/mqtt?token=1", "mqtt")))
                    .startsWith("HTTP/1.1 101 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/mqtt,'',400",
        "/mqtt,chat,400",
        "/,mqtt,404",
        "/mqtt/more,mqtt,404",
        "/mqttx,mqtt,404",
        "/MQTT,mqtt,404"
    })
    void otherRequestsAreRefused(String path, String offered, int status) throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            assertThat(respond(listener, WebSocketProbe.request(path, offered))).startsWith("HTTP/1.1 " + status + " ");
            TestNode.awaitShutdowns(listener, ShutdownReason.WEBSOCKET_ERROR, 1);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade: websocket|X-None: 1|426",
                "Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 8|426",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|X-None: 1|400",
                "GET|POST|426",
                "HTTP/1.1|nonsense|400"
            })
    void incompleteUpgradeIsRefused(String header, String instead, int status) throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.WS));
            String request = WebSocketProbe.request("/mqtt", "mqtt").replace(header, instead);
            assertThat(respond(listener, request)).startsWith("HTTP/1.1 " + status + " ");
            assertThat(node.echo.none()).isTrue();
        }
    }

    private static String respond(Listener listener, String request) throws Exception {
        try (TestClient client = TestClient.tcp(listener.port())) {
            client.send(request);
            return new WebSocketProbe(client).readHead();
        }
    }

    private static String readAllBut(WebSocketProbe probe, int opcode, int length) throws Exception {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            Frame frame = probe.readFrame();
            if (frame.opcode() != opcode) {
                assertThat(frame.opcode()).isEqualTo(BINARY);
                text.append(frame.text());
            }
        }
        return text.toString();
    }

    private static final class Collector implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final int length;
        private final CompletableFuture<String> answer;

        Collector(int length, CompletableFuture<String> answer) {
            this.length = length;
            this.answer = answer;
        }

        @Override
        public CompletableFuture<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            text.append(StandardCharsets.US_ASCII.decode(data));
            if (text.length() >= length) {
                answer.complete(text.toString());
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}

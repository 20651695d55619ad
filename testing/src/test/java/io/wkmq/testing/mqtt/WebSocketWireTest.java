package io.wkmq.testing.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketWireTest {
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Protocol:  mqtt\r\nUpgrade: websocket\r\n\r\n";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ServerSocket listener = listen();
    private final byte[] buffer = new byte[100];
    private CompletableFuture<byte[]> received = CompletableFuture.completedFuture(new byte[0]);

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        received.get(60, TimeUnit.SECONDS); // the server had no error of its own
        listener.close();
    }

    /** A server that answers any handshake with these bytes, then takes up to {@code frameBytes} bytes of frames. */
    private void server(String head, String framesHex, int frameBytes) {
        received = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = listener.accept()) {
                readHead(socket.getInputStream());
                OutputStream out = socket.getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(Hex.parse(framesHex));
                return socket.getInputStream().readNBytes(frameBytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("The handshake ended early: " + head);
            }
            head.append((char) b);
        }
    }

    private WebSocketWire open() throws IOException {
        return WebSocketWire.open(listener.getInetAddress().getHostAddress(), listener.getLocalPort(), "/mqtt", "mqtt");
    }

    @Test
    void showsWhatTheServerChose() throws IOException {
        server(SWITCHING, "", 1);
        try (WebSocketWire wire = open()) {
            assertThat(wire.accepted()).isTrue();
            assertThat(wire.subprotocol()).hasValue("mqtt");
        }
    }

    @Test
    void showsARefusal() throws IOException {
        server("HTTP/1.1 404 Not Found\r\n\r\n", "", 1);
        try (WebSocketWire wire = open()) {
            assertThat(wire.accepted()).isFalse();
            assertThat(wire.subprotocol()).isEmpty();
        }
    }

    @Test
    void readsBinaryFramesOfAnyLengthAndSkipsEmptyOnes() throws IOException {
        server(SWITCHING, "82 00 82 02 01 02 02 01 03 80 7e 00 01 04 82 7f 00 00 00 00 00 00 00 01 05 88 00", 1);
        try (WebSocketWire wire = open()) {
            int end = 0;
            for (int count = 0; count >= 0; count = wire.read(buffer, end, LIMIT)) {
                end += count;
            }
            assertThat(Arrays.copyOf(buffer, end)).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void keepsWhatDoesNotFit() throws IOException {
        server(SWITCHING, "82 03 01 02 03 82 01 04", 1);
        try (WebSocketWire wire = open()) {
            byte[] small = new byte[2];
            assertThat(wire.read(small, 0, LIMIT)).isEqualTo(2);
            assertThat(small).containsExactly(1, 2);
            assertThat(wire.read(small, 0, LIMIT)).isEqualTo(1);
            assertThat(small[0]).isEqualTo((byte) 3);
            assertThat(wire.read(small, 1, LIMIT)).isEqualTo(1);
            assertThat(small[1]).isEqualTo((byte) 4);
        }
    }

    @Test
    void textOfTheServerIsAnError() throws IOException {
        server(SWITCHING, "81 01 61", 1);
        try (WebSocketWire wire = open()) {
            assertThatThrownBy(() -> wire.read(buffer, 0, LIMIT)).hasMessageContaining("opcode 1");
        }
    }

    @Test
    void masksWhatItSends() throws Exception {
        server(SWITCHING, "", 9);
        try (WebSocketWire wire = open()) {
            wire.write(new byte[] {1, 2, 3});

            byte[] frame = received.get(60, TimeUnit.SECONDS);
            assertThat(Hex.of(frame)).startsWith("82 83");
            for (int i = 0; i < 3; i++) {
                assertThat(frame[6 + i] ^ frame[2 + i]).isEqualTo(i + 1);
            }
        }
    }
}

package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ProxyProtocolTest {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final byte[] ADDRESSES = HexFormat.of().parseHex("c6336407cb007101c001075b");

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void firstVersionNamesTheClient(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = node.start(config());
            try (TestClient client = TestClient.tcp(listener.port())) {
                // The client's first bytes come in the same segment.
                client.send("PROXY TCP4 198.51.100.7 203.0.113.1 49153 1883\r\nhello");
                assertThat(client.readText(5)).isEqualTo("hello");
                assertThat(node.echo.next().endpoint().peerAddress()).isEqualTo("198.51.100.7:49153");
            }
        }
    }

    @Test
    void headerMayComeByteByByte() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient client = TestClient.tcp(listener.port())) {
                for (char each : "PROXY TCP6 2001:db8::7 2001:db8::1 49153 1883\r\nhi".toCharArray()) {
                    client.send(String.valueOf(each));
                }
                assertThat(client.readText(2)).isEqualTo("hi");
                assertThat(node.echo.next().endpoint().peerAddress()).isEqualTo("[2001:db8::7]:49153");
            }
        }
    }

    @Test
    void secondVersionNamesTheClient() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient client = TestClient.tcp(listener.port())) {
                client.send(header2(0x21, ADDRESSES));
                client.echo("hello");
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.peerAddress()).isEqualTo("198.51.100.7:49153");
                assertThat(endpoint.secure()).isFalse();
                assertThat(endpoint.proxiedCommonName()).isNull();
            }
        }
    }

    @Test
    void secondVersionTellsOfTlsAndTheVerifiedName() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient client = TestClient.tcp(listener.port())) {
                client.send(header2(0x21, ADDRESSES, tlsInfo(7, 0, "device-7")));
                client.echo("hello");
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.secure()).isTrue();
                assertThat(endpoint.proxiedCommonName()).isEqualTo("device-7");
                assertThat(endpoint.certificateUserName()).isNull();
            }
        }
    }

    @Test
    void nameThatWasNotVerifiedIsIgnored() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient client = TestClient.tcp(listener.port())) {
                client.send(header2(0x21, ADDRESSES, tlsInfo(7, 1, "device-7")));
                client.echo("hello");
                assertThat(node.echo.next().endpoint().proxiedCommonName()).isNull();
            }
        }
    }

    @Test
    void loadBalancerSpeakingForItselfKeepsItsAddress() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient local = TestClient.tcp(listener.port());
                    TestClient unknown = TestClient.tcp(listener.port())) {
                local.send(header2(0x20, ADDRESSES));
                local.echo("hello");
                assertThat(node.echo.next().endpoint().peerAddress()).startsWith("127.0.0.1:");
                unknown.send("PROXY UNKNOWN\r\n");
                unknown.echo("hello");
                assertThat(node.echo.next().endpoint().peerAddress()).startsWith("127.0.0.1:");
            }
        }
    }

    @Test
    void accessRulesAreForTheClientAndNotForTheLoadBalancer() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener =
                    node.start(config().access(new AccessRule(true, "198.51.100.0/24"), new AccessRule(false, "all")));
            try (TestClient welcome = TestClient.tcp(listener.port());
                    TestClient denied = TestClient.tcp(listener.port())) {
                welcome.send("PROXY TCP4 198.51.100.7 203.0.113.1 49153 1883\r\n");
                welcome.echo("hello");
                denied.send("PROXY TCP4 198.51.101.7 203.0.113.1 49153 1883\r\n");
                assertThat(denied.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.ACCESS_DENIED, 1);
        }
    }

    @Test
    void silenceEndsTheConnection() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(ConfigBuilder.of(Protocol.TCP).proxyProtocol(100));
            try (TestClient silent = TestClient.tcp(listener.port())) {
                assertThat(silent.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.PROXY_TIMEOUT, 1);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @Test
    void anythingElseThanAHeaderEndsTheConnection() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(config());
            try (TestClient line = TestClient.tcp(listener.port());
                    TestClient endless = TestClient.tcp(listener.port());
                    TestClient version = TestClient.tcp(listener.port())) {
                line.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(line.ends()).isTrue();
                endless.send("x".repeat(300));
                assertThat(endless.ends()).isTrue();
                version.send(header2(0x31, ADDRESSES));
                assertThat(version.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.PROXY_ERROR, 3);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @Test
    void headerStandsBeforeTls(@TempDir Path directory) throws Exception {
        Pki pki = new Pki(directory);
        try (TestNode node = new TestNode()) {
            Listener listener = node.start(
                    ConfigBuilder.of(Protocol.SSL).proxyProtocol(20_000).tls(pki.mutual(true, PeerCertAsUserName.CN)));
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                plain.getOutputStream().write(header2(0x21, ADDRESSES, tlsInfo(7, 0, "device-7")));
                SSLSocket secured = (SSLSocket) pki.client(pki.issue("CN=load-balancer"))
                        .getSocketFactory()
                        .createSocket(plain, "127.0.0.1", listener.port(), true);
                try (TestClient client = TestClient.of(secured)) {
                    client.echo("hello");
                    ClientEndpoint endpoint = node.echo.next().endpoint();
                    assertThat(endpoint.peerAddress()).startsWith("198.51.100.7:");
                    assertThat(endpoint.certificateUserName()).isEqualTo("device-7");
                }
            }
        }
    }

    private static ConfigBuilder config() {
        return ConfigBuilder.of(Protocol.TCP).proxyProtocol(20_000);
    }

    private static byte[] header2(int versionAndCommand, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(versionAndCommand);
        header.write(0x11); // TCP over IPv4
        header.write(content.size() >> 8);
        header.write(content.size());
        header.writeBytes(content.toByteArray());
        return header.toByteArray();
    }

    private static byte[] tlsInfo(int clientBits, int verify, String commonName) {
        byte[] name = commonName.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + 5 + 3 + name.length)
                .put((byte) 0x20)
                .putShort((short) (5 + 3 + name.length))
                .put((byte) clientBits)
                .putInt(verify)
                .put((byte) 0x22)
                .putShort((short) name.length)
                .put(name)
                .array();
    }
}

package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class TlsTest {
    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(directory);
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TLSv1.2", "AUTO,TLSv1.3", "NIO,TLSv1.2", "NIO,TLSv1.3"})
    void bothVersionsCarryBytes(Transport transport, String version) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = start(node, pki.config(version));
            try (TestClient client = TestClient.tls(listener.port(), pki.client(null), version)) {
                client.echo("hello");
                client.echo("x".repeat(100_000));
                ClientEndpoint endpoint = node.echo.next().endpoint();
                assertThat(endpoint.secure()).isTrue();
                assertThat(endpoint.certificateUserName()).isNull();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.CLOSED, 1);
        }
    }

    @Test
    void versionThatIsSwitchedOffIsRefused() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.config("TLSv1.3"));
            assertRefused(listener, pki.client(null), "TLSv1.2");
            TestNode.awaitShutdowns(listener, ShutdownReason.TLS_ERROR, 1);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @Test
    void onlyTheNamedCipherSuitesAreSpoken() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, withCiphers("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
            try (TestClient client = TestClient.tls(listener.port(), pki.client(null), "TLSv1.2")) {
                client.echo("hello");
            }
            assertRefused(listener, pki.client(null), "TLSv1.3");
        }
    }

    @Test
    void unknownCipherSuitesAndVersionsFailTheStart() throws Exception {
        try (TestNode node = new TestNode()) {
            assertThatThrownBy(() -> start(node, withCiphers("ECDHE-ECDSA-AES256-GCM-SHA384")))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.ssl.test")
                    .hasMessageContaining("\"ECDHE-ECDSA-AES256-GCM-SHA384\" is not supported")
                    .hasMessageContaining("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            assertThatThrownBy(() -> start(node, pki.config("TLSv1.1")))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("\"TLSv1.1\" is not supported, expected some of [TLSv1.2, TLSv1.3]");
        }
    }

    @Test
    void missingFileFailsTheStartByName() throws Exception {
        Files.delete(pki.certFile);
        try (TestNode node = new TestNode()) {
            assertThatThrownBy(() -> start(node, pki.config()))
                    .isInstanceOf(ListenerException.class)
                    .hasMessageContaining("listener.ssl.test: cannot read a TLS file")
                    .hasMessageContaining(pki.certFile.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO,TLSv1.2", "AUTO,TLSv1.3", "NIO,TLSv1.3"})
    void clientIsKnownByTheCommonNameOfItsCertificate(Transport transport, String version) throws Exception {
        SSLContext device = pki.client(pki.issue("CN=device-7,OU=press,O=factory"));
        try (TestNode node = new TestNode(transport)) {
            Listener listener = start(node, pki.mutual(true, PeerCertAsUserName.CN));
            try (TestClient client = TestClient.tls(listener.port(), device, version)) {
                client.echo("hello");
                assertThat(node.echo.next().endpoint().certificateUserName()).isEqualTo("device-7");
            }
        }
    }

    @Test
    void clientMayBeKnownByItsWholeSubject() throws Exception {
        SSLContext device = pki.client(pki.issue("CN=device-7,OU=press,O=factory"));
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.mutual(true, PeerCertAsUserName.DN));
            try (TestClient client = TestClient.tls(listener.port(), device)) {
                client.echo("hello");
                assertThat(node.echo.next().endpoint().certificateUserName())
                        .isEqualTo("CN=device-7,OU=press,O=factory");
            }
        }
    }

    @Test
    void commonNameMayContainWhatSubjectsEscape() throws Exception {
        SSLContext device = pki.client(pki.issue("O=factory,CN=press\\, hall 3 \\+ \u00e4"));
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.mutual(true, PeerCertAsUserName.CN));
            try (TestClient client = TestClient.tls(listener.port(), device)) {
                client.echo("hello");
                assertThat(node.echo.next().endpoint().certificateUserName()).isEqualTo("press, hall 3 + \u00e4");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void clientWithoutCertificateIsRefusedWhereOneIsRequired(Transport transport) throws Exception {
        try (TestNode node = new TestNode(transport)) {
            Listener listener = start(node, pki.mutual(true, PeerCertAsUserName.CN));
            assertRefused(listener, pki.client(null));
            TestNode.awaitShutdowns(listener, ShutdownReason.TLS_ERROR, 1);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @Test
    void clientWithoutCertificateIsNamelessWhereNoneIsRequired() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.mutual(false, PeerCertAsUserName.CN));
            try (TestClient client = TestClient.tls(listener.port(), pki.client(null))) {
                client.echo("hello");
                assertThat(node.echo.next().endpoint().certificateUserName()).isNull();
            }
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused() throws Exception {
        X509Bundle foreign = new Pki(Files.createDirectory(directory.resolve("foreign"))).issue("CN=device-7");
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.mutual(false, PeerCertAsUserName.CN));
            assertRefused(listener, pki.client(foreign));
            TestNode.awaitShutdowns(listener, ShutdownReason.TLS_ERROR, 1);
            assertThat(node.echo.none()).isTrue();
        }
    }

    @Test
    void handshakeHasATimeLimit() throws Exception {
        try (TestNode node = new TestNode()) {
            TlsConfig quick = new TlsConfig(
                    pki.keyFile, pki.certFile, null, false, false, null, List.of("TLSv1.3"), List.of(), 100);
            Listener listener = start(node, quick);
            try (TestClient silent = TestClient.tcp(listener.port())) {
                assertThat(silent.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.TLS_TIMEOUT, 1);
        }
    }

    @Test
    void plainBytesAreNoHandshake() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node, pki.config());
            try (TestClient plain = TestClient.tcp(listener.port())) {
                plain.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(plain.ends()).isTrue();
            }
            TestNode.awaitShutdowns(listener, ShutdownReason.TLS_ERROR, 1);
        }
    }

    private TlsConfig withCiphers(String... ciphers) {
        return new TlsConfig(
                pki.keyFile,
                pki.certFile,
                null,
                false,
                false,
                null,
                List.of("TLSv1.2", "TLSv1.3"),
                List.of(ciphers),
                10_000);
    }

    private static Listener start(TestNode node, TlsConfig config) {
        return node.start(ConfigBuilder.of(Protocol.SSL).tls(config));
    }

    private static void assertRefused(Listener listener, SSLContext context, String... versions) throws Exception {
        try (TestClient client = TestClient.tls(listener.port(), context, versions)) {
            // With TLS 1.3 the client only learns of it when it reads.
            assertThatThrownBy(() -> client.echo("hello")).isInstanceOf(IOException.class);
        }
    }
}

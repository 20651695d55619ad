package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.X509Bundle;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class TlsReloadTest {
    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(directory);
    }

    @Test
    void newHandshakesUseTheNewCertificateAndOldConnectionsGoOn() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node);
            try (TestClient old = TestClient.tls(listener.port(), pki.client(null))) {
                old.echo("before");
                pki.install(pki.issue("CN=server-2"));
                assertThat(served(listener)).isEqualTo("CN=server-1");
                assertThat(node.listeners.reloadCertificates()).isEmpty();
                assertThat(served(listener)).isEqualTo("CN=server-2");
                old.echo("after");
            }
        }
    }

    @Test
    void changedFilesAreNoticedWithoutBeingTold() throws Exception {
        try (TestNode node = new TestNode(AdmissionControl.ALWAYS, Duration.ofMillis(20))) {
            Listener listener = start(node);
            X509Bundle next = pki.issue("CN=server-2");
            FileTime time = Files.getLastModifiedTime(pki.certFile);
            pki.install(next);
            // A copy that keeps the time is a change as well.
            Files.setLastModifiedTime(pki.certFile, time);
            TestNode.await(() -> assertThat(served(listener)).isEqualTo("CN=server-2"));
            assertThat(listener.certificateNotAfter())
                    .isEqualTo(next.getCertificate().getNotAfter().toInstant());
        }
    }

    @Test
    void brokenNewFileLeavesTheOldCertificateInUse() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node);
            Files.writeString(pki.certFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            assertThat(node.listeners.reloadCertificates())
                    .singleElement()
                    .asString()
                    .contains("listener.ssl.test");
            assertThat(served(listener)).isEqualTo("CN=server-1");
            // It stays a problem until it is mended.
            assertThat(node.listeners.reloadCertificates()).hasSize(1);
            pki.install(pki.issue("CN=server-2"));
            assertThat(node.listeners.reloadCertificates()).isEmpty();
            assertThat(served(listener)).isEqualTo("CN=server-2");
        }
    }

    @Test
    void certificateWithoutItsKeyWaitsForTheKey() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node);
            X509Bundle next = pki.issue("CN=server-2");
            Files.writeString(pki.certFile, next.getCertificatePathPEM());
            assertThat(node.listeners.reloadCertificates())
                    .singleElement()
                    .asString()
                    .contains("the private key does not belong to the certificate of CN=server-2");
            assertThat(served(listener)).isEqualTo("CN=server-1");
            Files.writeString(pki.keyFile, next.getPrivateKeyPEM());
            assertThat(node.listeners.reloadCertificates()).isEmpty();
            assertThat(served(listener)).isEqualTo("CN=server-2");
        }
    }

    @Test
    void fileThatVanishesAndComesBackIsNoProblem() throws Exception {
        try (TestNode node = new TestNode()) {
            Listener listener = start(node);
            Path aside = directory.resolve("aside.pem");
            Files.move(pki.keyFile, aside);
            assertThat(node.listeners.reloadCertificates()).hasSize(1);
            assertThat(served(listener)).isEqualTo("CN=server-1");
            Files.move(aside, pki.keyFile);
            assertThat(node.listeners.reloadCertificates()).isEmpty();
            assertThat(served(listener)).isEqualTo("CN=server-1");
        }
    }

    private Listener start(TestNode node) {
        return node.start(ConfigBuilder.of(Protocol.SSL).tls(pki.config()));
    }

    /** The subject of the certificate that a new client is shown. */
    private String served(Listener listener) throws Exception {
        try (SSLSocket socket = (SSLSocket)
                pki.client(null).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), listener.port())) {
            SSLSession session = socket.getSession();
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }
}

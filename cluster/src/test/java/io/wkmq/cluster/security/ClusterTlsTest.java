package io.wkmq.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import io.wkmq.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ClusterTlsTest {
    @TempDir
    private Path directory;

    private ClusterPki pki;

    @BeforeEach
    void makeAuthority() throws Exception {
        pki = new ClusterPki(directory);
    }

    @Test
    void nodesOfOneAuthorityMeetAndKnowEachOther() throws Exception {
        SSLEngine client = new ClusterTls(pki.node("a")).client();
        SSLEngine server = new ClusterTls(pki.node("b")).server();
        assertThat(TlsTrial.run(client, server)).isNull();
        assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(peer(server)).isEqualTo("CN=a");
        assertThat(peer(client)).isEqualTo("CN=b");
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
    void commonKindsOfKeys(Algorithm algorithm) throws Exception {
        X509Bundle bundle = pki.signed(pki.builder("a").algorithm(algorithm));
        ClusterTls tls = new ClusterTls(pki.node("a", bundle));
        assertThat(TlsTrial.run(tls.client(), tls.server())).isNull();
    }

    @Test
    void nodeOfAnotherAuthorityIsRefusedByBothSides() throws Exception {
        ClusterTls ours = new ClusterTls(pki.node("a"));
        ClusterTls theirs = new ClusterTls(new ClusterPki(Files.createDirectory(directory.resolve("x"))).node("b"));
        assertThat(TlsTrial.run(ours.client(), theirs.server())).contains("PKIX");
        assertThat(TlsTrial.run(theirs.client(), ours.server())).contains("PKIX");
    }

    @Test
    void clientWithoutACertificateIsRefused() throws Exception {
        SSLContext bare = SSLContext.getInstance("TLS");
        bare.init(null, new javax.net.ssl.TrustManager[] {new TrustsAll()}, null);
        SSLEngine client = bare.createSSLEngine();
        client.setUseClientMode(true);
        assertThat(TlsTrial.run(client, new ClusterTls(pki.node("a")).server())).contains("Empty client certificate");
    }

    @Test
    void olderVersionOfTlsIsRefused() throws Exception {
        ClusterTls tls = new ClusterTls(pki.node("a"));
        SSLEngine old = tls.client();
        old.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThat(TlsTrial.run(old, tls.server())).contains("TLSv1.2");
    }

    @Test
    void newFilesAreUsedByNewConnections() throws Exception {
        ClusterTls tls = new ClusterTls(pki.node("a"));
        assertThat(tls.reloadIfChanged()).isNull();
        pki.node("a", pki.signed(pki.builder("renewed")));
        assertThat(tls.reloadIfChanged()).isNull();
        SSLEngine client = tls.client();
        assertThat(TlsTrial.run(client, tls.server())).isNull();
        assertThat(peer(client)).isEqualTo("CN=renewed");
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldOnesInUseUntilTheyCan() throws Exception {
        TlsFiles files = pki.node("a");
        ClusterTls tls = new ClusterTls(files);
        X509Bundle renewed = pki.signed(pki.builder("renewed"));
        Files.writeString(files.cert(), renewed.getCertificatePathPEM());
        assertThat(tls.reloadIfChanged()).contains(files.key() + " does not belong to " + files.cert());
        SSLEngine client = tls.client();
        assertThat(TlsTrial.run(client, tls.server())).isNull();
        assertThat(peer(client)).isEqualTo("CN=a");
        Files.writeString(files.key(), renewed.getPrivateKeyPEM());
        assertThat(tls.reloadIfChanged()).isNull();
        client = tls.client();
        assertThat(TlsTrial.run(client, tls.server())).isNull();
        assertThat(peer(client)).isEqualTo("CN=renewed");
    }

    @Test
    void missingFileIsNamed() throws Exception {
        TlsFiles files = pki.node("a");
        Files.delete(files.key());
        assertRefused(files, files.key() + " cannot be read");
    }

    @Test
    void fileWithoutWhatBelongsThereIsNamed() throws Exception {
        TlsFiles files = pki.node("a");
        assertRefused(new TlsFiles(files.cert(), files.cert(), files.ca()), files.cert() + " has no PEM block PRIVATE");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertRefused(new TlsFiles(empty, files.key(), files.ca()), empty + " has no PEM certificate");
        assertRefused(new TlsFiles(files.cert(), files.key(), empty), empty + " has no PEM certificate");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertRefused(new TlsFiles(broken, files.key(), files.ca()), broken + " has a certificate that cannot be read");
        Path brokenKey = Files.writeString(
                directory.resolve("broken-key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertRefused(new TlsFiles(files.cert(), brokenKey, files.ca()), brokenKey + " is broken");
    }

    @Test
    void certificateThatOtherNodesWouldNotTrustIsRefusedAtOnce() throws Exception {
        X509Bundle foreign =
                pki.builder("stranger").setIsCertificateAuthority(true).buildSelfSigned();
        TlsFiles files = pki.node("a", foreign);
        assertRefused(files, files.cert() + " would not be trusted by nodes that have " + files.ca());
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        CertificateBuilder expired = pki.builder("a")
                .notBefore(Instant.now().minusSeconds(7200))
                .notAfter(Instant.now().minusSeconds(3600));
        assertRefused(pki.node("a", pki.signed(expired)), "NotAfter");
    }

    @Test
    void certificateWhoseTimeHasNotComeIsLoadedWhenItHas() throws Exception {
        ClusterTls tls = new ClusterTls(pki.node("a"));
        Instant later = Instant.now().plusSeconds(3600);
        pki.node("a", pki.signed(pki.builder("a").notBefore(later).notAfter(later.plusSeconds(3600))));
        assertThat(tls.reloadIfChanged()).contains("NotBefore");
        Instant begin = Instant.now().plusSeconds(2);
        pki.node("a", pki.signed(pki.builder("a").notBefore(begin).notAfter(begin.plusSeconds(3600))));
        Await.until("it is loaded", () -> tls.reloadIfChanged() == null);
        assertThat(Instant.now()).isAfter(begin.minusSeconds(1));
    }

    private static void assertRefused(TlsFiles files, String text) {
        assertThatThrownBy(() -> new ClusterTls(files))
                .isInstanceOf(ClusterTlsException.class)
                .hasMessageContaining(text);
    }

    private static String peer(SSLEngine engine) throws Exception {
        X509Certificate certificate = (X509Certificate) engine.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private static final class TrustsAll extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

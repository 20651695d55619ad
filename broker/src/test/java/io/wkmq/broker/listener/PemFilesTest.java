package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the field
class PemFilesTest {
    @TempDir
    private Path directory;

    private Pki pki;

    @BeforeEach
    void makeCertificates() throws Exception {
        pki = new Pki(directory);
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
    void keysInTheCommonForm(Algorithm algorithm) throws Exception {
        X509Bundle server = issue(algorithm);
        pki.install(server);
        assertThat(read().key()).isEqualTo(server.getKeyPair().getPrivate());
    }

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"rsa2048", "ecp256", "ecp384"})
    void keysInTheirOlderForms(Algorithm algorithm) throws Exception {
        X509Bundle server = issue(algorithm);
        pki.install(server);
        byte[] common = server.getKeyPair().getPrivate().getEncoded();
        byte[] bare = PrivateKeyInfo.getInstance(common)
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        String type = algorithm.name().startsWith("rsa") ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        // openssl writes the curve before the key and some tools write words around it.
        Files.writeString(pki.keyFile, "Bag - words\n" + pem("EC PARAMETERS", new byte[] {6, 1, 1}) + pem(type, bare));
        assertThat(read().key()).isEqualTo(server.getKeyPair().getPrivate());
    }

    @Test
    void chainBeginsWithTheServer() throws Exception {
        X509Bundle middle = new CertificateBuilder()
                .ecp256()
                .subject("CN=middle")
                .setIsCertificateAuthority(true)
                .buildIssuedBy(pki.authority);
        X509Bundle server =
                new CertificateBuilder().ecp256().subject("CN=server").buildIssuedBy(middle);
        pki.install(server);
        assertThat(read().chain())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .startsWith("CN=server", "CN=middle");
    }

    @Test
    void encryptedKeyIsRefused() throws Exception {
        Files.writeString(pki.keyFile, pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3}));
        assertThatThrownBy(() -> read().key())
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("is encrypted, expected a key without a password");
    }

    @Test
    void keyOfAnotherKindIsRefused() throws Exception {
        Files.writeString(pki.keyFile, issue(Algorithm.rsa2048).getPrivateKeyPEM());
        assertThatThrownBy(() -> read().key())
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("broken or not of the certificate's kind, EC");
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        Files.writeString(pki.keyFile, pki.issue("CN=other").getPrivateKeyPEM());
        assertThatThrownBy(() -> read().key())
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("does not belong to the certificate of CN=server-1");
    }

    @Test
    void emptyFilesAreRefusedByName() throws Exception {
        Files.writeString(pki.keyFile, "");
        assertThatThrownBy(() -> read().key()).hasMessage(pki.keyFile + " has no PEM private key");
        Files.writeString(pki.certFile, "");
        assertThatThrownBy(() -> read().chain()).hasMessage(pki.certFile + " has no PEM certificate");
    }

    private PemFiles read() throws Exception {
        return PemFiles.read(pki.config());
    }

    private X509Bundle issue(Algorithm algorithm) throws Exception {
        return new CertificateBuilder()
                .algorithm(algorithm)
                .subject("CN=server")
                .buildIssuedBy(pki.authority);
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}

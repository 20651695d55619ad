package io.wkmq.broker.listener;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate authority, the files of a server signed by it, and clients that trust it. */
public final class Pki {
    final X509Bundle authority;
    final Path keyFile;
    final Path certFile;
    final Path caCertFile;

    /** Makes the files in a directory. */
    public Pki(Path directory) throws Exception {
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        keyFile = directory.resolve("key.pem");
        certFile = directory.resolve("cert.pem");
        caCertFile = directory.resolve("cacert.pem");
        Files.writeString(caCertFile, authority.getCertificatePEM());
        install(issue("CN=server-1"));
    }

    X509Bundle issue(String subject) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
    }

    /** Makes it the server's certificate. */
    void install(X509Bundle server) throws IOException {
        Files.writeString(certFile, server.getCertificatePathPEM());
        Files.writeString(keyFile, server.getPrivateKeyPEM());
    }

    /** The server's private key, PEM. */
    public Path keyFile() {
        return keyFile;
    }

    /** The server's certificate, PEM. */
    public Path certFile() {
        return certFile;
    }

    /** Trusts the authority. */
    public TrustManagerFactory trust() {
        return authority.toTrustManagerFactory();
    }

    TlsConfig config(String... versions) {
        List<String> used = versions.length == 0 ? List.of("TLSv1.2", "TLSv1.3") : List.of(versions);
        return new TlsConfig(keyFile, certFile, null, false, false, null, used, List.of(), 10_000);
    }

    TlsConfig mutual(boolean failIfNoPeerCert, @Nullable PeerCertAsUserName userName) {
        return new TlsConfig(
                keyFile,
                certFile,
                caCertFile,
                true,
                failIfNoPeerCert,
                userName,
                List.of("TLSv1.2", "TLSv1.3"),
                List.of(),
                10_000);
    }

    /** A client that trusts the authority and shows this certificate, if any. */
    public SSLContext client(@Nullable X509Bundle certificate) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys =
                certificate == null ? null : certificate.toKeyManagerFactory().getKeyManagers();
        context.init(keys, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }
}

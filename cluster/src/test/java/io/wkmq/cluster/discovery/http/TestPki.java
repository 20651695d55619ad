package io.wkmq.cluster.discovery.http;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A certificate authority and the files of parties whose certificates it signs. */
@SuppressWarnings("IllegalCatch")
public final class TestPki {
    private final Path directory;
    private final X509Bundle authority;

    /** Makes an authority whose file comes into that directory. */
    public TestPki(Path directory) throws IOException {
        this.directory = directory;
        try {
            authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) { // what the builder declares
            throw new IOException(e);
        }
        Files.createDirectories(directory);
        Files.writeString(ca(), authority.getCertificatePEM());
    }

    /** The authority's certificate. */
    public Path ca() {
        return directory.resolve("ca.pem");
    }

    /** The files of somebody at 127.0.0.1. */
    public PemFiles files(String name) throws IOException {
        X509Bundle bundle = issued(name);
        Path cert = directory.resolve(name + ".pem");
        Path key = directory.resolve(name + ".key");
        Files.writeString(cert, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        return new PemFiles(ca(), cert, key);
    }

    /** For a server at 127.0.0.1. */
    public SSLContext server() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    issued("server").toKeyManagerFactory().getKeyManagers(),
                    new TrustManager[] {authority.toTrustManager()},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private X509Bundle issued(String name) throws IOException {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .addSanIpAddress("127.0.0.1")
                    .buildIssuedBy(authority);
        } catch (Exception e) { // what the builder declares
            throw new IOException(e);
        }
    }
}

package io.wkmq.cluster.security;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate authority and the files of nodes whose certificates it has signed. */
public final class ClusterPki {
    private final Path directory;
    private final X509Bundle authority;

    /** Makes an authority; its files come into that directory. */
    public ClusterPki(Path directory) throws Exception {
        this.directory = directory;
        this.authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=cluster")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(ca(), authority.getCertificatePEM());
    }

    Path ca() {
        return directory.resolve("ca.pem");
    }

    CertificateBuilder builder(String name) {
        return new CertificateBuilder().ecp256().subject("CN=" + name);
    }

    X509Bundle signed(CertificateBuilder builder) throws Exception {
        return builder.buildIssuedBy(authority);
    }

    /** The files of a node with that name. */
    public TlsFiles node(String name) throws Exception {
        return node(name, signed(builder(name)));
    }

    TlsFiles node(String name, X509Bundle bundle) throws IOException {
        Path cert = directory.resolve(name + "-cert.pem");
        Path key = directory.resolve(name + "-key.pem");
        Files.writeString(cert, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        return new TlsFiles(cert, key, ca());
    }
}

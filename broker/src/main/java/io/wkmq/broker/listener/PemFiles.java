package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The content of a listener's TLS files at one moment. Immutable. */
final class PemFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final byte[] NONE = {};

    private final TlsConfig config;
    private final byte[] keyFile;
    private final byte[] certFile;
    private final byte[] caCertFile;

    /** One {@code BEGIN ... END} block of a PEM file. */
    private record Block(String type, byte[] der) {}

    private PemFiles(TlsConfig config, byte[] keyFile, byte[] certFile, byte[] caCertFile) {
        this.config = config;
        this.keyFile = keyFile;
        this.certFile = certFile;
        this.caCertFile = caCertFile;
    }

    static PemFiles read(TlsConfig config) throws IOException {
        Path authorities = config.caCertFile();
        return new PemFiles(
                config,
                Files.readAllBytes(config.keyFile()),
                Files.readAllBytes(config.certFile()),
                authorities == null ? NONE : Files.readAllBytes(authorities));
    }

    /** Returns whether the files have the same content, whatever their timestamps. */
    boolean sameAs(PemFiles other) {
        return Arrays.equals(keyFile, other.keyFile)
                && Arrays.equals(certFile, other.certFile)
                && Arrays.equals(caCertFile, other.caCertFile);
    }

    /** Returns the certificate chain, the node's own certificate first. */
    List<X509Certificate> chain() throws CertificateException {
        return certificates(certFile, config.certFile());
    }

    /** Returns the certificate's private key, after verifying that the two match. */
    PrivateKey key() throws GeneralSecurityException {
        for (Block block : blocks(keyFile)) {
            if (block.type().equals("ENCRYPTED PRIVATE KEY")) {
                throw new GeneralSecurityException(
                        config.keyFile() + " is encrypted, expected a key without a password");
            }
            if (block.type().endsWith("PRIVATE KEY")) {
                boolean pkcs8 = block.type().equals("PRIVATE KEY");
                return ServerKey.decode(block.der(), pkcs8, chain().get(0));
            }
        }
        throw new GeneralSecurityException(config.keyFile() + " has no PEM private key");
    }

    /** Returns the authorities trusted to sign clients' certificates. */
    List<X509Certificate> authorities() throws CertificateException {
        Path file = config.caCertFile();
        if (file == null) {
            throw new CertificateException("clients' certificates are to be verified, but there is no cacertfile");
        }
        return certificates(caCertFile, file);
    }

    private static List<X509Certificate> certificates(byte[] content, Path file) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(content)) {
            if (block.type().endsWith("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException(file + " has no PEM certificate");
        }
        return certificates;
    }

    private static List<Block> blocks(byte[] content) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
        }
        return blocks;
    }
}

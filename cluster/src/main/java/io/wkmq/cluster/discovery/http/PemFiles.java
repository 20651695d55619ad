package io.wkmq.cluster.discovery.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files for TLS to a server.
 *
 * @param ca the trusted authorities; null for those of the Java installation
 * @param cert the client certificate, or null; only together with a key
 * @param key its private key, PKCS #8
 */
public record PemFiles(
        @Nullable Path ca, @Nullable Path cert, @Nullable Path key) {
    /** No files. */
    public static final PemFiles NONE = new PemFiles(null, null, null);

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /** Returns the present content of the files as a text that is only useful for comparison. */
    String stamp() throws IOException {
        StringBuilder stamp = new StringBuilder();
        for (Path file : Stream.of(ca, cert, key).filter(Objects::nonNull).toList()) {
            stamp.append(Base64.getEncoder().encodeToString(bytes(file))).append(' ');
        }
        return stamp.toString();
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one of them cannot be read or has other content
     */
    SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), authorities(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up with " + this + ": " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] authorities() throws IOException, GeneralSecurityException {
        if (ca == null) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(ca)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        if (cert == null || key == null) {
            return null;
        }
        char[] password = new char[0];
        KeyStore store = emptyStore();
        store.setKeyEntry("key", privateKey(key), password, certificates(cert).toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(file)));
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no certificate; expected a PEM file with one or some");
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher key = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!key.find()) {
            throw new IOException(
                    file + " holds no private key in PKCS #8 (BEGIN PRIVATE KEY); another form becomes one"
                            + " with: openssl pkcs8 -topk8 -nocrypt");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
        for (String algorithm : ALGORITHMS) {
            PrivateKey decoded = decoded(algorithm, encoded);
            if (decoded != null) {
                return decoded;
            }
        }
        throw new IOException(file + " holds a private key of an unknown kind; expected one of " + ALGORITHMS);
    }

    private static @Nullable PrivateKey decoded(String algorithm, PKCS8EncodedKeySpec encoded)
            throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
        } catch (InvalidKeySpecException anotherKind) {
            return null;
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }
}

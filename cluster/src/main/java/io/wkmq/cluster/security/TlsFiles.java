package io.wkmq.cluster.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files with the node's certificate, its key and the authorities.
 *
 * @param cert the node's certificate and the intermediate certificates
 * @param key its private key, PKCS#8, without a password
 * @param ca the certificates of the authorities that may sign nodes' certificates
 */
public record TlsFiles(Path cert, Path key, Path ca) {
    /** The JDK's name for how the certificate is used. */
    private static final String TLS_1_3 = "UNKNOWN";

    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";

    Content read() throws ClusterTlsException {
        return new Content(this, bytes(cert), bytes(key), bytes(ca));
    }

    private static byte[] bytes(Path file) throws ClusterTlsException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ClusterTlsException(file + " cannot be read: " + e, e);
        }
    }

    /** The content of the files at one moment. */
    static final class Content {
        private final TlsFiles files;
        private final byte[] cert;
        private final byte[] key;
        private final byte[] ca;

        private Content(TlsFiles files, byte[] cert, byte[] key, byte[] ca) {
            this.files = files;
            this.cert = cert;
            this.key = key;
            this.ca = ca;
        }

        boolean sameAs(Content other) {
            return Arrays.equals(cert, other.cert) && Arrays.equals(key, other.key) && Arrays.equals(ca, other.ca);
        }

        /** Returns the node's certificate followed by the intermediate ones. */
        List<X509Certificate> chain() throws ClusterTlsException {
            return certificates(files.cert, cert);
        }

        /** Creates a TLS context from the files, after checking that the authorities have signed the certificate. */
        SSLContext context() throws ClusterTlsException {
            List<X509Certificate> chain = chain();
            PrivateKey privateKey = privateKey(chain.get(0));
            X509TrustManager trust = trust();
            try {
                X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
                trust.checkClientTrusted(certificates, TLS_1_3);
                trust.checkServerTrusted(certificates, TLS_1_3);
            } catch (CertificateException e) {
                throw new ClusterTlsException(
                        files.cert + " would not be trusted by nodes that have " + files.ca + ": " + rootOf(e), e);
            }
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keyManagers(chain, privateKey).getKeyManagers(), new TrustManager[] {trust}, null);
                return context;
            } catch (GeneralSecurityException | IOException e) {
                throw new ClusterTlsException(files.cert + " and " + files.key + " cannot be used: " + e, e);
            }
        }

        private static @Nullable String rootOf(CertificateException problem) {
            Throwable root = problem;
            for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
                root = cause;
            }
            return root.getMessage();
        }

        private PrivateKey privateKey(X509Certificate certificate) throws ClusterTlsException {
            String text = new String(key, StandardCharsets.ISO_8859_1);
            int begin = text.indexOf(BEGIN_KEY);
            int end = text.indexOf(END_KEY);
            if (begin < 0 || end < begin) {
                throw new ClusterTlsException(files.key
                        + " has no PEM block PRIVATE KEY, which is a key without a password in the form of PKCS#8;"
                        + " openssl pkcs8 -topk8 -nocrypt makes one of other forms");
            }
            String kind = certificate.getPublicKey().getAlgorithm();
            try {
                byte[] der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN_KEY.length(), end));
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new ClusterTlsException(
                        files.key + " is broken, or not of the kind that " + files.cert + " has, which is " + kind, e);
            }
        }

        private static KeyManagerFactory keyManagers(List<X509Certificate> chain, PrivateKey privateKey)
                throws GeneralSecurityException, IOException {
            char[] password = {}; // the key store exists in memory only
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("node", privateKey, password, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory;
        }

        private X509TrustManager trust() throws ClusterTlsException {
            List<X509Certificate> authorities = certificates(files.ca, ca);
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < authorities.size(); i++) {
                    store.setCertificateEntry("authority" + i, authorities.get(i));
                }
                TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
                factory.init(store);
                for (TrustManager manager : factory.getTrustManagers()) {
                    if (manager instanceof X509TrustManager trust) {
                        return trust;
                    }
                }
                throw new IllegalStateException("Every JDK has an X509TrustManager for PKIX");
            } catch (GeneralSecurityException | IOException e) {
                throw new ClusterTlsException(files.ca + " cannot be used: " + e, e);
            }
        }

        private static List<X509Certificate> certificates(Path file, byte[] content) throws ClusterTlsException {
            List<X509Certificate> certificates;
            try {
                certificates =
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(new ByteArrayInputStream(content))
                                .stream()
                                .map(X509Certificate.class::cast)
                                .toList();
            } catch (CertificateException e) {
                throw new ClusterTlsException(file + " has a certificate that cannot be read: " + e.getMessage(), e);
            }
            if (certificates.isEmpty()) {
                throw new ClusterTlsException(file + " has no PEM certificate");
            }
            return certificates;
        }
    }
}

package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** What a client's verified certificate calls it. */
final class CertificateNames {
    private CertificateNames() {}

    /** The wanted name, null if the client has shown no certificate or it has no such name. */
    static @Nullable String of(SSLSession session, PeerCertAsUserName wanted) {
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                // The client's own one comes first.
                X500Principal subject = ((X509Certificate) certificate).getSubjectX500Principal();
                return switch (wanted) {
                    case CN -> commonName(subject);
                    case DN -> subject.getName(X500Principal.RFC2253);
                };
            }
            return null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static @Nullable String commonName(X500Principal subject) {
        try {
            LdapName name = new LdapName(subject.getName(X500Principal.RFC2253));
            // The most specific part is the last one.
            for (int i = name.size() - 1; i >= 0; i--) {
                Rdn part = name.getRdn(i);
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String text) {
                    return text;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            throw new IllegalStateException("the JDK's own form of a subject cannot be parsed: " + subject, e);
        }
    }
}

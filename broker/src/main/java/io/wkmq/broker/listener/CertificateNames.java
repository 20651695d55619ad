package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Names taken from a client's verified certificate. */
final class CertificateNames {
    private CertificateNames() {}

    /** Returns the client's verified certificate; null if it presented none. */
    static @Nullable X509Certificate peer(SSLSession session) {
        try {
            // The client's own certificate comes first in the chain.
            return session.getPeerCertificates()[0] instanceof X509Certificate own ? own : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** Returns the requested name; null if there is no certificate or it has no such name. */
    static @Nullable String of(@Nullable X509Certificate certificate, PeerCertAsUserName wanted) {
        if (certificate == null) {
            return null;
        }
        X500Principal subject = certificate.getSubjectX500Principal();
        return switch (wanted) {
            case CN -> commonName(subject);
            case DN -> subject.getName(X500Principal.RFC2253);
        };
    }

    private static @Nullable String commonName(X500Principal subject) {
        try {
            LdapName name = new LdapName(subject.getName(X500Principal.RFC2253));
            // The most specific RDN is the last one.
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

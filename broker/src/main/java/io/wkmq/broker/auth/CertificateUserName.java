package io.wkmq.broker.auth;

import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Reads the user name out of a client's certificate. */
final class CertificateUserName {
    private CertificateUserName() {}

    /** The subject's most specific common name, or the whole subject in RFC 2253 form; null if it has none. */
    static @Nullable String of(X509Certificate certificate, PeerCertAsUserName part) {
        String subject = certificate.getSubjectX500Principal().getName();
        String name = switch (part) {
            case DN -> subject;
            case CN -> commonName(subject);
        };
        return name == null || name.isEmpty() ? null : name;
    }

    private static @Nullable String commonName(String subject) {
        List<Rdn> parts;
        try {
            parts = new LdapName(subject).getRdns();
        } catch (InvalidNameException e) {
            throw new IllegalStateException("The JDK wrote a subject that it cannot read: '" + subject + "'", e);
        }
        for (int i = parts.size() - 1; i >= 0; i--) { // the most specific part is the last
            Rdn part = parts.get(i);
            if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                return name;
            }
        }
        return null;
    }
}

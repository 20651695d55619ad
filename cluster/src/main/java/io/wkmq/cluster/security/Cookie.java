package io.wkmq.cluster.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that all nodes of a cluster share. Immutable, and shows itself to nobody: it prints as {@code ***}, and what uses
 * it gets keys that are derived from it.
 *
 * <p>Who listens to nodes that use no TLS can try out cookies at leisure, so it should be as long as one of {@link CookieFile}.
 */
public final class Cookie {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] KNOWN_TO_EVERYBODY = "emqsecretcookie".getBytes(StandardCharsets.UTF_8);

    private final SecretKeySpec secret;

    private Cookie(SecretKeySpec secret) {
        this.secret = secret;
    }

    /**
     * The cookie with that text.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public static Cookie of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The cookie is blank; expected a secret text");
        }
        return new Cookie(new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM));
    }

    /** Whether it is the one that EMQ was shipped with, and so protects from nothing. */
    public boolean knownToEverybody() {
        return secret.equals(new SecretKeySpec(KNOWN_TO_EVERYBODY, ALGORITHM));
    }

    /**
     * Computes HMAC-SHA256 with a key that is derived from the cookie for one use, so that what is said in one place proves
     * nothing in another.
     *
     * @param use the name of that use
     * @return an instance for one thread
     */
    public Mac mac(String use) {
        byte[] key = instance(secret).doFinal(use.getBytes(StandardCharsets.UTF_8));
        return instance(new SecretKeySpec(key, ALGORITHM));
    }

    private static Mac instance(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}

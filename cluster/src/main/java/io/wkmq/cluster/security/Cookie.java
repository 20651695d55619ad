package io.wkmq.cluster.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret shared by all nodes of a cluster. Immutable. It does not reveal itself: it prints as {@code ***}, and its users get
 * derived keys.
 *
 * <p>Without TLS an eavesdropper can mount an offline attack on the cookie, so it should be as long as one of {@link CookieFile}.
 */
public final class Cookie {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] KNOWN_TO_EVERYBODY = "emqsecretcookie".getBytes(StandardCharsets.UTF_8);

    private final SecretKeySpec secret;

    private Cookie(SecretKeySpec secret) {
        this.secret = secret;
    }

    /**
     * Creates a cookie from a text.
     *
     * @throws IllegalArgumentException if the text is blank
     */
    public static Cookie of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The cookie is blank; expected a secret text");
        }
        return new Cookie(new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM));
    }

    /** Returns whether it is the default cookie of EMQ, and so protects from nothing. */
    public boolean knownToEverybody() {
        return secret.equals(new SecretKeySpec(KNOWN_TO_EVERYBODY, ALGORITHM));
    }

    /**
     * Creates an HMAC-SHA256 whose key is derived from the cookie for one use, so that a proof for one use is not valid for
     * another.
     *
     * @param use the name of the use
     * @return an instance for use by one thread
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

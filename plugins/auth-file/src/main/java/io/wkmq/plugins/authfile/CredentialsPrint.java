package io.wkmq.plugins.authfile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A keyed hash of user name and password: allows comparison for equality, and reveals nothing without the key. */
record CredentialsPrint(long high, long low) {
    /** Creates the hashes with a key that lives as long as the process. Thread-safe. */
    static final class Maker {
        private static final String ALGORITHM = "HmacSHA256";

        private final SecretKeySpec key;

        Maker(SecureRandom random) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            key = new SecretKeySpec(bytes, ALGORITHM);
            of("", new byte[0]); // loads the algorithm now instead of on an event loop
        }

        CredentialsPrint of(String userName, byte[] password) {
            byte[] name = userName.getBytes(StandardCharsets.UTF_8);
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
                mac.update(name);
                mac.update(password);
                ByteBuffer print = ByteBuffer.wrap(mac.doFinal());
                return new CredentialsPrint(print.getLong(), print.getLong());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This Java has no " + ALGORITHM + ", which each Java must have", e);
            }
        }
    }
}

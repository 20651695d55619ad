package io.wkmq.cluster.discovery.mcast;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs arbitrary bytes as a beacon, as a node with the cookie and a bug could. */
final class SignedBy {
    private SignedBy() {}

    static byte[] cookie(String cookie, byte[] bytes) {
        byte[] key = hmac(
                cookie.getBytes(StandardCharsets.UTF_8), "wkmq multicast beacon 1".getBytes(StandardCharsets.US_ASCII));
        byte[] signature = hmac(key, bytes);
        return ByteBuffer.allocate(bytes.length + signature.length)
                .put(bytes)
                .put(signature)
                .array();
    }

    private static byte[] hmac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}

package io.wkmq.cluster.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a handshake have said, and the proofs over it. A proof covers the role of who gives it, so it cannot be
 * sent back to where it comes from, and both nonces, so it is good for one connection. Not thread-safe.
 */
final class Transcript {
    private static final String USE = "wkmq handshake 1";
    private static final byte[] NONE = {};

    private final @Nullable Cookie cookie;
    private byte[] initiatorHello = NONE;
    private byte[] acceptorHello = NONE;

    /** Proofs are empty without a cookie. */
    Transcript(@Nullable Cookie cookie) {
        this.cookie = cookie;
    }

    void initiatorSaid(byte[] hello) {
        initiatorHello = hello;
    }

    void acceptorSaid(byte[] hello) {
        acceptorHello = hello;
    }

    byte[] initiatorProof() {
        return proof("initiator", NONE);
    }

    byte[] acceptorProof(byte[] verdict) {
        return proof("acceptor", verdict);
    }

    private byte[] proof(String role, byte[] verdict) {
        if (cookie == null) {
            return NONE;
        }
        Mac mac = cookie.mac(USE);
        for (byte[] said :
                new byte[][] {role.getBytes(StandardCharsets.US_ASCII), initiatorHello, acceptorHello, verdict}) {
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(said.length).flip());
            mac.update(said);
        }
        return mac.doFinal();
    }
}

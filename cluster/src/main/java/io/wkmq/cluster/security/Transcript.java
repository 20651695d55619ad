package io.wkmq.cluster.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The hellos of a handshake and the proofs over them. A proof covers the role of its sender, so it cannot be reflected, and both
 * nonces, so it is valid for one connection only. Not thread-safe.
 */
final class Transcript {
    private static final String USE = "wkmq handshake 1";
    private static final byte[] NONE = {};

    private final @Nullable Cookie cookie;
    private byte[] initiatorHello = NONE;
    private byte[] acceptorHello = NONE;

    /** Creates an empty transcript. Without a cookie proofs are empty. */
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

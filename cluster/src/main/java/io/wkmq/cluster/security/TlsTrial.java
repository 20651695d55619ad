package io.wkmq.cluster.security;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Performs a TLS handshake between two engines in memory; files that fail it will not work between nodes either. Stateless. */
final class TlsTrial {
    /** Far more than a handshake needs. */
    private static final int ROUNDS_MAX = 50;

    private TlsTrial() {}

    /** Returns why the handshake fails, or null if it succeeds. */
    static @Nullable String run(SSLEngine client, SSLEngine server) {
        int size = client.getSession().getPacketBufferSize() * 4;
        ByteBuffer toServer = ByteBuffer.allocate(size);
        ByteBuffer toClient = ByteBuffer.allocate(size);
        try {
            client.beginHandshake();
            server.beginHandshake();
            for (int round = 0; round < ROUNDS_MAX; round++) {
                step(client, toClient, toServer);
                step(server, toServer, toClient);
                if (over(client) && over(server)) {
                    return null;
                }
            }
            return "the handshake does not end";
        } catch (SSLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static boolean over(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Lets one engine consume its input and produce its output. */
    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer nothing = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        in.flip();
        boolean moved = true;
        while (moved) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            int before = in.remaining() + out.remaining();
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                engine.wrap(nothing.clear().limit(0), out);
            } else if (in.hasRemaining()) {
                engine.unwrap(in, nothing.clear());
            }
            moved = in.remaining() + out.remaining() != before
                    || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
        }
        in.compact();
    }
}

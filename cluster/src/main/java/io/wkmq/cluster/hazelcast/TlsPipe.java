package io.wkmq.cluster.hazelcast;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The bytes of a socket, through TLS if there is an engine. Blocks within the socket's timeout. Used by one thread. */
final class TlsPipe {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Socket socket;
    private final @Nullable SSLEngine engine;
    /** Bytes received but not yet decrypted, ready for reading. */
    private final ByteBuffer received;
    /** Decrypted bytes not yet consumed, ready for reading. */
    private final ByteBuffer plain;

    private final ByteBuffer sending;

    TlsPipe(Socket socket, @Nullable SSLEngine engine) throws SSLException {
        this.socket = socket;
        this.engine = engine;
        if (engine == null) {
            received = NOTHING;
            plain = NOTHING;
            sending = NOTHING;
        } else {
            engine.beginHandshake();
            received = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize())
                    .flip();
            plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                    .flip();
            sending = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        }
    }

    /** Reads at least one byte and as many as are available and fit; returns -1 at the end. */
    int read(ByteBuffer into) throws IOException {
        if (engine == null) {
            return fill(into);
        }
        while (!plain.hasRemaining()) {
            if (!step(engine, NOTHING)) {
                return -1;
            }
        }
        int count = Math.min(plain.remaining(), into.remaining());
        into.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
        return count;
    }

    void write(ByteBuffer from) throws IOException {
        if (engine == null) {
            drain(from);
            return;
        }
        while (from.hasRemaining()) {
            if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                wrap(engine, from);
            } else if (!step(engine, from)) {
                throw new IOException("The other side ended the connection");
            }
        }
    }

    /** Performs the next step of TLS. Returns false at the end of the connection. */
    private boolean step(SSLEngine tls, ByteBuffer from) throws IOException {
        return switch (tls.getHandshakeStatus()) {
            case NEED_TASK -> {
                TlsState.runTasks(tls);
                yield true;
            }
            case NEED_WRAP -> {
                wrap(tls, from);
                yield true;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> unwrap(tls);
        };
    }

    private void wrap(SSLEngine tls, ByteBuffer from) throws IOException {
        sending.clear();
        if (tls.wrap(from, sending).getStatus() == Status.CLOSED) {
            throw new IOException("The other side ended TLS");
        }
        drain(sending.flip());
    }

    private boolean unwrap(SSLEngine tls) throws IOException {
        Status status;
        plain.compact();
        try {
            status = tls.unwrap(received, plain).getStatus();
        } finally {
            plain.flip();
        }
        return switch (status) {
            case OK -> true;
            case CLOSED -> false;
            case BUFFER_OVERFLOW -> throw new SSLException("A TLS record has more than " + plain.capacity() + " bytes");
            case BUFFER_UNDERFLOW -> {
                received.compact();
                try {
                    yield fill(received) >= 0;
                } finally {
                    received.flip();
                }
            }
        };
    }

    private int fill(ByteBuffer into) throws IOException {
        int count = socket.getInputStream().read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    private void drain(ByteBuffer from) throws IOException {
        socket.getOutputStream().write(from.array(), from.arrayOffset() + from.position(), from.remaining());
        from.position(from.limit());
    }
}

package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.io.EOFException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * Decrypts inbound bytes. Keeps what the next handler has no room for, as that one may have asked for a few bytes only. Owned by the
 * connection's input thread; the engine is shared with the {@link TlsEncoder} under the lock of the {@link TlsState}.
 */
final class TlsDecoder extends InboundHandler<ByteBuffer, ByteBuffer> {
    private final TlsState tls;
    private final SSLEngine engine;
    /** Decrypted bytes not yet consumed, ready for reading. */
    private ByteBuffer plain = ByteBuffer.allocate(0);

    TlsDecoder(TlsState tls) {
        this.tls = tls;
        this.engine = tls.engine();
    }

    @Override
    public void handlerAdded() {
        src = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .flip();
    }

    @Override
    public HandlerStatus onRead() throws EOFException {
        src.flip();
        try {
            synchronized (tls) {
                return tls.failed() ? HandlerStatus.BLOCKED : decrypt();
            }
        } catch (SSLException e) {
            synchronized (tls) {
                tls.failed(e);
            }
            // The encoder sends the alert to the other side, then fails.
            channel.outboundPipeline().wakeup();
            return HandlerStatus.BLOCKED;
        } finally {
            IOUtil.compactOrClear(src);
        }
    }

    @GuardedBy("tls")
    private HandlerStatus decrypt() throws SSLException, EOFException {
        while (true) {
            hand();
            if (plain.hasRemaining()) {
                return HandlerStatus.DIRTY;
            }
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> tls.runTasks();
                case NEED_WRAP -> {
                    // Reading resumes once the encoder has sent what the other side waits for.
                    channel.outboundPipeline().wakeup();
                    return HandlerStatus.BLOCKED;
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    if (!unwrap()) {
                        return HandlerStatus.CLEAN;
                    }
                }
            }
        }
    }

    /** Returns whether there was output or the handshake progressed. */
    private boolean unwrap() throws SSLException, EOFException {
        plain.clear();
        SSLEngineResult result;
        try {
            result = engine.unwrap(src, plain);
        } finally {
            plain.flip();
        }
        if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED) {
            channel.outboundPipeline().wakeup();
        }
        return switch (result.getStatus()) {
            case OK -> true;
            case BUFFER_UNDERFLOW -> false;
            case BUFFER_OVERFLOW -> throw new SSLException("A TLS record has more than " + plain.capacity() + " bytes");
            case CLOSED -> throw new EOFException("The other side ended TLS");
        };
    }

    private void hand() {
        int count = Math.min(plain.remaining(), dst.remaining());
        dst.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
    }
}

package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import com.hazelcast.internal.nio.IOUtil;
import java.io.EOFException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * Encrypts outbound bytes. Run by one thread at a time, not always the same one; the engine is shared with the {@link TlsDecoder} under the
 * lock of the {@link TlsState}.
 */
final class TlsEncoder extends OutboundHandler<ByteBuffer, ByteBuffer> {
    private final TlsState tls;
    private final SSLEngine engine;

    TlsEncoder(TlsState tls) {
        this.tls = tls;
        this.engine = tls.engine();
    }

    /** Returns whether the socket has accepted everything encrypted so far. Called by the thread that runs this handler. */
    boolean sent() {
        return !dst.hasRemaining();
    }

    @Override
    public void handlerAdded() {
        dst = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize()).flip();
    }

    @Override
    public HandlerStatus onWrite() throws SSLException, EOFException {
        IOUtil.compactOrClear(dst);
        try {
            synchronized (tls) {
                return guarded();
            }
        } finally {
            dst.flip();
        }
    }

    @GuardedBy("tls")
    private HandlerStatus guarded() throws SSLException, EOFException {
        if (!tls.failed()) {
            try {
                return encrypt();
            } catch (SSLException e) {
                tls.failed(e);
                dst.clear();
            }
        }
        tls.alertThenThrow(dst);
        return HandlerStatus.DIRTY;
    }

    @GuardedBy("tls")
    private HandlerStatus encrypt() throws SSLException, EOFException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> tls.runTasks();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    return HandlerStatus.BLOCKED;
                }
                case NEED_WRAP, FINISHED, NOT_HANDSHAKING -> {
                    if (status != HandshakeStatus.NEED_WRAP && !src.hasRemaining()) {
                        return HandlerStatus.CLEAN;
                    }
                    if (!wrap()) {
                        return HandlerStatus.DIRTY;
                    }
                    if (status == HandshakeStatus.NEED_WRAP) {
                        channel.inboundPipeline().wakeup();
                    }
                }
            }
        }
    }

    /** Returns whether there was room for the output. */
    private boolean wrap() throws SSLException, EOFException {
        SSLEngineResult result = engine.wrap(src, dst);
        return switch (result.getStatus()) {
            case OK -> true;
            case BUFFER_OVERFLOW -> false;
            case BUFFER_UNDERFLOW -> throw new SSLException("TLS asks for more to send, which does not happen");
            case CLOSED -> throw new EOFException("The other side ended TLS");
        };
    }
}

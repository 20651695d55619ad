package io.wkmq.broker.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of the TLS handshake, behind its handler; removes itself once it has succeeded. */
final class TlsStage extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStage.class);

    private final SslHandler tls;
    private final Consumer<SSLSession> next;

    TlsStage(SslHandler tls, Consumer<SSLSession> next) {
        this.tls = tls;
        this.next = next;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            ctx.fireUserEventTriggered(event);
        } else if (handshake.isSuccess()) {
            ctx.pipeline().remove(this);
            next.accept(tls.engine().getSession());
        } else {
            fail(ctx, handshake.cause());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private static void fail(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("no TLS handshake peer={}: {}", Addresses.text(ctx.channel().remoteAddress()), cause.toString());
        boolean late = cause instanceof SslHandshakeTimeoutException;
        (late ? ShutdownReason.TLS_TIMEOUT : ShutdownReason.TLS_ERROR).close(ctx.channel());
    }
}

package io.wkmq.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.wkmq.cluster.security.Handshake;
import io.wkmq.cluster.security.Handshake.Accepted;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Verdict.Code;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The first handler of a connection, behind TLS if configured: performs the handshake, then replaces itself by a handler of its owner. */
final class FrontStage extends ChannelInboundHandlerAdapter {
    private static final int OUT_BYTES = 2048;
    private static final long CLOSE_NOTIFY_MS = 100;
    private static final long LAST_WORDS_MS = 500;

    private final Handshake handshake;
    private final Owner owner;
    private boolean over;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timer;

    /** Receives the outcome of the handshake, once. */
    interface Owner {
        /** Called when the peer was accepted; returns the handler that replaces this one. */
        ChannelHandler accepted(FrontStage stage, Introduction peer);

        /** Called when the handshake failed; the connection is being closed. */
        void refused(FrontStage stage, Channel channel, Refused refusal);
    }

    private FrontStage(Handshake handshake, Owner owner) {
        this.handshake = handshake;
        this.owner = owner;
    }

    /** Adds TLS, if any, and this handler to the pipeline of a new connection. */
    static FrontStage begin(Channel channel, @Nullable SSLEngine tls, Handshake handshake, Owner owner) {
        if (tls != null) {
            SslHandler handler = new SslHandler(tls);
            handler.setHandshakeTimeoutMillis(0); // the handshake's time limit covers both
            handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MS);
            channel.pipeline().addLast("tls", handler);
        }
        FrontStage stage = new FrontStage(handshake, owner);
        channel.pipeline().addLast("front", stage);
        return stage;
    }

    /** Closes the connection without telling the other side why, unless the handshake is over. */
    void giveUp(Refused refused) {
        if (!over && context != null) {
            end();
            owner.refused(this, context.channel(), refused);
            close(context);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (ctx.channel().isActive()) {
            start(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        start(ctx);
    }

    private void start(ChannelHandlerContext ctx) {
        if (timer == null) {
            timer = ctx.executor()
                    .schedule(() -> timeOut(ctx), handshake.limit().toMillis(), TimeUnit.MILLISECONDS);
            say(ctx);
        }
    }

    private void timeOut(ChannelHandlerContext ctx) {
        handshake.timedOut();
        look(ctx, null);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (over) {
            in.release(); // data of a refused connection
            return;
        }
        ByteBuffer bytes = in.nioBuffer();
        int before = bytes.remaining();
        handshake.receive(bytes);
        in.skipBytes(before - bytes.remaining());
        look(ctx, in);
    }

    /** Acts on the state of the handshake; passes bytes behind it on to the next handler. */
    private void look(ChannelHandlerContext ctx, @Nullable ByteBuf rest) {
        say(ctx);
        if (!over && handshake.state() instanceof Accepted accepted) {
            end();
            ctx.pipeline().addAfter(ctx.name(), "link", owner.accepted(this, accepted.peer()));
            if (rest != null && rest.isReadable()) {
                ctx.fireChannelRead(rest.retain());
            }
            ctx.pipeline().remove(this);
        } else if (!over && handshake.state() instanceof Refused refused) {
            refuse(ctx, refused);
        }
        if (rest != null) {
            rest.release();
        }
    }

    private void say(ChannelHandlerContext ctx) {
        if (handshake.toSend() > 0) {
            ByteBuffer out = ByteBuffer.allocate(OUT_BYTES);
            handshake.send(out);
            out.flip();
            ByteBuf bytes = ctx.alloc().buffer(out.remaining()).writeBytes(out);
            var unused = ctx.writeAndFlush(bytes, ctx.voidPromise());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
            refuseTls(ctx, tls.cause());
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException || cause instanceof SSLException) {
            refuseTls(ctx, cause); // with TLS 1.3 the other side may object after our handshake has completed
        } else {
            refuse(ctx, new Refused(Code.SILENT, "The connection broke: " + cause.getMessage(), false));
        }
    }

    private void refuseTls(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        refuse(
                ctx,
                new Refused(
                        Code.NOT_A_NODE,
                        "TLS failed: " + root.getMessage()
                                + "; cluster.tls.* must be set on all nodes, with certificates that they all trust",
                        false));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        handshake.closed();
        look(ctx, null);
    }

    private void refuse(ChannelHandlerContext ctx, Refused refused) {
        if (!over) {
            end();
            owner.refused(this, ctx.channel(), refused);
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            // while the TLS handshake is incomplete even that write may be held for ever
            var unused = ctx.executor().schedule(() -> close(ctx), LAST_WORDS_MS, TimeUnit.MILLISECONDS);
        }
    }

    private static void close(ChannelHandlerContext ctx) {
        var unused = ctx.close();
    }

    private void end() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}

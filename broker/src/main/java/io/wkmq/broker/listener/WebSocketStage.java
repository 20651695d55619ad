package io.wkmq.broker.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the WebSocket upgrade, behind Netty's handlers for it; leaves a pipeline that carries plain bytes. */
final class WebSocketStage extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketStage.class);
    private static final long UPGRADE_TIMEOUT_MS = 10_000;
    private static final long CLOSE_TIMEOUT_MS = 1_000;
    private static final int REQUEST_BODY_MAX_BYTES = 8 * 1024;

    /** Clients may put several packets into a frame, so frames may be larger than the packet limit. */
    private static final int FRAME_MAX_BYTES_AT_LEAST = 64 * 1024;

    private final String path;
    private final int frameMaxBytes;
    private final Runnable next;
    private @Nullable Future<?> timeout;

    WebSocketStage(String path, int maxPacketBytes, Runnable next) {
        this.path = path;
        this.frameMaxBytes = Math.max(maxPacketBytes, FRAME_MAX_BYTES_AT_LEAST);
        this.next = next;
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(
                new HttpServerCodec(),
                new HttpObjectAggregator(REQUEST_BODY_MAX_BYTES),
                new WebSocketRequestFilter(path),
                new WebSocketPingGuard(),
                new WebSocketServerProtocolHandler(config()),
                this);
    }

    private WebSocketServerProtocolConfig config() {
        return WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(path)
                // The request filter has ensured that only the query can follow.
                .checkStartsWith(true)
                .subprotocols(WebSocketRequestFilter.SUBPROTOCOLS)
                .handshakeTimeoutMillis(UPGRADE_TIMEOUT_MS)
                .forceCloseTimeoutMillis(CLOSE_TIMEOUT_MS)
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(frameMaxBytes)
                        .allowExtensions(false)
                        .withUTF8Validator(false)
                        .build())
                .build();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(
                        () -> ShutdownReason.WEBSOCKET_TIMEOUT.close(ctx.channel()),
                        UPGRADE_TIMEOUT_MS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            ctx.pipeline().replace(this, null, new WebSocketBytes());
            next.run();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Rejects a frame that arrives before the handshake response is sent; RFC 6455, 4.1 requires clients to wait for it. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        ShutdownReason.WEBSOCKET_ERROR.close(ctx.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug(
                "no WebSocket upgrade peer={}: {}", Addresses.text(ctx.channel().remoteAddress()), cause.toString());
        ShutdownReason.WEBSOCKET_ERROR.close(ctx.channel());
    }
}

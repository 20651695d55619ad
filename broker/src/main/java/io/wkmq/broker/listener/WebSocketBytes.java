package io.wkmq.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Converts between binary frames and a stream of bytes; frame boundaries carry no meaning [MQTT-6.0.0-2]. Any other data frame
 * closes the connection [MQTT-6.0.0-1].
 */
final class WebSocketBytes extends ChannelDuplexHandler {
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // A continuation frame belongs to a binary frame, because a text frame would have closed the connection.
        boolean data = message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame;
        if (data && !refused) {
            ctx.fireChannelRead(((WebSocketFrame) message).content());
            return;
        }
        ReferenceCountUtil.release(message);
        if (!refused) {
            refused = true;
            ShutdownReason.WEBSOCKET_ERROR.mark(ctx.channel());
            ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE))
                    .addListener(sent -> ShutdownReason.WEBSOCKET_ERROR.close(ctx.channel()));
        }
    }

    /** Marks the connection as ended by a bad frame; Netty has already sent a close frame with the reason. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException) {
            ShutdownReason.WEBSOCKET_ERROR.mark(ctx.channel());
        }
        ctx.fireExceptionCaught(cause);
    }

    // An empty buffer is not a frame: it is written only to learn when everything before it has been sent.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise is the caller's
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            ctx.write(new BinaryWebSocketFrame(bytes), promise);
        } else {
            ctx.write(message, promise);
        }
    }
}

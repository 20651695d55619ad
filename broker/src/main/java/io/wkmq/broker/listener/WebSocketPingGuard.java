package io.wkmq.broker.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;

/**
 * Drops pings while earlier answers still wait for the socket, so that a client that pings and does not read cannot fill the
 * memory. RFC 6455, 5.5.3 allows answering the most recent one only.
 */
final class WebSocketPingGuard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof PingWebSocketFrame ping && !ctx.channel().isWritable()) {
            ping.release();
        } else {
            ctx.fireChannelRead(message);
        }
    }
}

package io.wkmq.broker.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;

/**
 * Drops pings while earlier output waits for the socket, so that a client that pings but does not read cannot exhaust the
 * memory. RFC 6455, 5.5.3 allows answering only the most recent ping.
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

package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that echo what they receive. */
final class EchoConnections implements ConnectionInitializer {
    final AtomicLong received = new AtomicLong();
    private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

    /** A connection that was handed over. */
    record Connection(Channel channel, ClientEndpoint endpoint) {}

    @Override
    public void initialize(Channel channel, ClientEndpoint endpoint) {
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.eventLoop().inEventLoop()).isTrue();
        channel.pipeline().addLast(new Echo(received));
        connections.add(new Connection(channel, endpoint));
    }

    /** The next one; waits for it. */
    Connection next() throws InterruptedException {
        Connection next = connections.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no connection was handed over in time");
        }
        return next;
    }

    boolean none() {
        return connections.isEmpty();
    }

    /** Echoes what it receives. */
    static final class Echo extends ChannelInboundHandlerAdapter {
        private final AtomicLong received;

        Echo(AtomicLong received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.addAndGet(((ByteBuf) message).readableBytes());
            ctx.writeAndFlush(message).addListener(sent -> {
                if (!sent.isSuccess()) {
                    ShutdownReason.IO_ERROR.close(ctx.channel());
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ShutdownReason.IO_ERROR.close(ctx.channel());
        }
    }
}

package io.wkmq.broker.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the PROXY header, behind its decoder; removes itself once it has arrived. */
final class ProxyStage extends SimpleChannelInboundHandler<HAProxyMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyStage.class);

    private final Consumer<ProxiedClient> next;
    private final long timeoutMs;
    private @Nullable Future<?> timeout;

    ProxyStage(Consumer<ProxiedClient> next, long timeoutMs) {
        this.next = next;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(() -> ShutdownReason.PROXY_TIMEOUT.close(ctx.channel()), timeoutMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header) {
        ctx.pipeline().remove(this);
        next.accept(ProxiedClient.of(header));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("no PROXY header peer={}: {}", Addresses.text(ctx.channel().remoteAddress()), cause.toString());
        ShutdownReason.PROXY_ERROR.close(ctx.channel());
    }
}

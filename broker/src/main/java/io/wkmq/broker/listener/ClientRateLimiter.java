package io.wkmq.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.RateLimit;
import io.wkmq.broker.loop.ReadGate;
import io.wkmq.broker.loop.ReadGate.Hold;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits one client's bytes and messages per second by not reading from it while it is ahead of its rate. Bytes already read
 * pass through and are counted. Nothing is buffered here: TCP flow control holds the client back. Confined to the channel's
 * event loop.
 */
final class ClientRateLimiter extends ChannelInboundHandlerAdapter implements InboundLimit {
    private final @Nullable TokenBucket bytes;
    private final @Nullable TokenBucket messages;
    private @Nullable ChannelHandlerContext context;
    private long heldUntilNanos;

    private ClientRateLimiter(@Nullable TokenBucket bytes, @Nullable TokenBucket messages) {
        this.bytes = bytes;
        this.messages = messages;
    }

    /** Returns a limiter for a new client of the listener; null if the listener has no such limit. */
    static @Nullable ClientRateLimiter of(ListenerConfig config) {
        RateLimit rate = config.rateLimit();
        long now = System.nanoTime();
        TokenBucket bytes = rate == null ? null : new TokenBucket(rate.bytesPerSecond(), rate.burstBytes(), now);
        int perSecond = config.messagesPerSecond();
        TokenBucket messages = perSecond == 0 ? null : new TokenBucket(perSecond, perSecond, now);
        return bytes == null && messages == null ? null : new ClientRateLimiter(bytes, messages);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (bytes != null && message instanceof ByteBuf buffer) {
            long now = System.nanoTime();
            hold(bytes.take(buffer.readableBytes(), now), now);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void messageReceived() {
        if (messages != null) {
            long now = System.nanoTime();
            hold(messages.take(1, now), now);
        }
    }

    private void hold(long pauseNanos, long nowNanos) {
        ChannelHandlerContext ctx = context;
        if (pauseNanos == 0 || ctx == null) {
            return;
        }
        ReadGate gate = ReadGate.of(ctx.channel());
        boolean waiting = gate.holds(Hold.RATE_LIMIT);
        if (!waiting) {
            heldUntilNanos = nowNanos;
            gate.hold(Hold.RATE_LIMIT);
        }
        heldUntilNanos += Math.max(0, nowNanos + pauseNanos - heldUntilNanos);
        if (!waiting) {
            schedule(ctx, pauseNanos);
        }
    }

    private void schedule(ChannelHandlerContext ctx, long pauseNanos) {
        var unused = ctx.executor().schedule(() -> wake(ctx), pauseNanos, TimeUnit.NANOSECONDS);
    }

    // The timer fires on the loop on which it was set; the channel may have moved since.
    private void wake(ChannelHandlerContext ctx) {
        EventExecutor loop = ctx.executor();
        if (loop.inEventLoop()) {
            releaseOrWait(ctx);
        } else {
            loop.execute(() -> releaseOrWait(ctx));
        }
    }

    private void releaseOrWait(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        long left = heldUntilNanos - System.nanoTime();
        if (left > 0) {
            schedule(ctx, left);
        } else {
            ReadGate.of(ctx.channel()).release(Hold.RATE_LIMIT);
        }
    }
}

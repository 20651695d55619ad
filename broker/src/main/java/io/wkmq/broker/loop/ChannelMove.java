package io.wkmq.broker.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One move of one channel, see {@link EventLoops#move}. Starts on the old loop and ends on the new one. Meanwhile it is the
 * first handler in the pipeline: Netty fires no {@code channelInactive} for a channel closed between the loops, yet the
 * handlers must be told, exactly once.
 */
final class ChannelMove extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelMove.class);

    private final Channel channel;
    private final EventLoop target;
    private final Runnable whenMoved;
    private boolean inactive;

    ChannelMove(Channel channel, EventLoop target, Runnable whenMoved) {
        this.channel = channel;
        this.target = target;
        this.whenMoved = whenMoved;
    }

    void start() {
        assert channel.eventLoop().inEventLoop() : "not on the loop of " + channel;
        if (!channel.isActive()) {
            return;
        }
        if (channel.eventLoop() == target) {
            whenMoved.run();
            return;
        }
        ReadGate.of(channel).hold(ReadGate.Hold.MOVE);
        channel.pipeline().addFirst(this);
        // Added before the channel leaves or joins a loop, the listener is called right then, before any other event.
        ChannelPromise left = channel.newPromise().addListener((ChannelFuture future) -> {
            if (future.isSuccess()) {
                join();
            } else {
                fail("leave its loop", future.cause());
            }
        });
        var unused = channel.deregister(left);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inactive = true;
        ctx.fireChannelInactive();
    }

    // A channel closed from here on is already unregistered, so Netty fires nothing for it.
    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
        tellIfClosed(ctx);
        ctx.fireChannelUnregistered();
        tellIfClosed(ctx); // closed by a handler that was just called
    }

    private void tellIfClosed(ChannelHandlerContext ctx) {
        if (!channel.isOpen() && !inactive) {
            inactive = true;
            ctx.fireChannelInactive();
        }
    }

    private void join() {
        if (inactive) {
            return;
        }
        ChannelPromise joined = channel.newPromise().addListener((ChannelFuture future) -> {
            if (future.isSuccess()) {
                finish();
            } else {
                fail("join its new loop", future.cause());
                channel.pipeline().fireChannelUnregistered(); // Netty does not fire it if the registration failed
            }
        });
        var unused = target.register(joined);
    }

    private void finish() {
        if (inactive) {
            return;
        }
        channel.pipeline().remove(this);
        try {
            whenMoved.run();
        } catch (RuntimeException | AssertionError e) {
            fail("run the task on its new loop", e);
            return;
        }
        // Resumes a pending write: the old loop's registration for writability is gone.
        channel.flush();
        ReadGate.of(channel).release(ReadGate.Hold.MOVE);
    }

    private void fail(String what, @Nullable Throwable cause) {
        if (!(cause instanceof ClosedChannelException)) {
            LOG.error("channel could not {}, it is closed channel={}", what, channel, cause);
        }
        var unused = channel.close(); // nothing is left to do if even that fails
    }
}

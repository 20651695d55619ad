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
 * One move of one channel, see {@link EventLoops#move}. Starts on the old loop and ends on the new one. First in the pipeline
 * for so long, because a channel that is closed on its way has no {@code channelInactive} of its own: the handlers must still be
 * told, once.
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
        // The listener is there before the loop is left or joined, so it is called at that moment, before any other
        // event.
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

    // Netty finds a channel that is closed from here on unregistered, by us, and leaves it at that.
    @Override
    public void channelUnregistered(ChannelHandlerContext ctx) {
        tellIfClosed(ctx);
        ctx.fireChannelUnregistered();
        tellIfClosed(ctx); // by a handler that was just called
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
                channel.pipeline().fireChannelUnregistered(); // nor does it unregister if it could not register
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
        // What the socket did not take before the move: the wish to be told when it takes more was left behind.
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

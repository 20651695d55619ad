package io.wkmq.broker.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One move of one channel, see {@link EventLoops#move}. Starts on the old loop and ends on the new one. */
final class ChannelMove {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelMove.class);

    private final Channel channel;
    private final EventLoop target;
    private final Runnable whenMoved;

    ChannelMove(Channel channel, EventLoop target, Runnable whenMoved) {
        this.channel = channel;
        this.target = target;
        this.whenMoved = whenMoved;
    }

    void start() {
        assert channel.eventLoop().inEventLoop() : "not on the loop of " + channel;
        if (channel.eventLoop() == target) {
            whenMoved.run();
            return;
        }
        ReadGate.of(channel).hold(ReadGate.Hold.MOVE);
        channel.deregister().addListener((ChannelFuture left) -> {
            if (left.isSuccess()) {
                join();
            } else {
                fail("leave its loop", left.cause());
            }
        });
    }

    private void join() {
        target.register(channel).addListener((ChannelFuture joined) -> {
            if (joined.isSuccess()) {
                finish();
            } else {
                fail("join its new loop", joined.cause());
            }
        });
    }

    private void finish() {
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

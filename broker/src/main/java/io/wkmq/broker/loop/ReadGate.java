package io.wkmq.broker.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The only thing that switches a channel's reading off and on, so that several parts can each have their reason. The channel
 * reads while no reason holds it. First in the pipeline: decoders behind it ask for reads of their own accord when they lack
 * bytes and auto-read is off, and those must be held too. Bytes already read still arrive. One per channel; all methods run on
 * the channel's event loop.
 */
public final class ReadGate extends ChannelOutboundHandlerAdapter {
    private static final AttributeKey<ReadGate> KEY = AttributeKey.valueOf(ReadGate.class, "gate");

    private int holds; // one bit for each reason: a set would take more than all the rest of a gate
    private @Nullable Channel channel;

    private ReadGate() {}

    /** Why a channel is not read. */
    public enum Hold {
        /** It is on its way to another event loop. */
        MOVE,
        /** Its client has sent more than it may. */
        RATE_LIMIT,
        /** What it has sent is not yet worked off. */
        BACK_PRESSURE
    }

    /** The channel's gate; put into its pipeline at the first call. */
    public static ReadGate of(Channel channel) {
        ReadGate gate = channel.attr(KEY).get();
        if (gate == null) {
            gate = new ReadGate();
            channel.attr(KEY).set(gate);
            channel.pipeline().addFirst("readGate", gate);
        }
        return gate;
    }

    /** Stops reading for this reason; does nothing if it does so already. */
    public void hold(Hold reason) {
        Channel held = inLoop();
        holds |= bit(reason);
        held.config().setAutoRead(false);
    }

    /** Ends this reason; the channel reads again if it was the last one. */
    public void release(Hold reason) {
        Channel channel = inLoop();
        boolean held = holds(reason);
        holds &= ~bit(reason);
        if (held && holds == 0) {
            channel.config().setAutoRead(true);
        }
    }

    /** Whether this reason holds the channel. */
    public boolean holds(Hold reason) {
        return (holds & bit(reason)) != 0;
    }

    @SuppressWarnings("EnumOrdinal") // a place in memory, never stored
    private static int bit(Hold reason) {
        return 1 << reason.ordinal();
    }

    private Channel inLoop() {
        Channel held = channel;
        if (held == null) {
            throw new IllegalStateException("the read gate is not in a pipeline");
        }
        assert held.eventLoop().inEventLoop() : "not on the loop of " + held;
        return held;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (holds == 0) {
            ctx.read();
        }
    }
}

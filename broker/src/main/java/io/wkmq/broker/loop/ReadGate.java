package io.wkmq.broker.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The only place that turns a channel's reading off and on, so that several parts can each hold it for their own reason; the
 * channel reads while no reason holds it. The gate is first in the pipeline, because decoders behind it request reads of their
 * own when they lack bytes and auto-read is off, and those must be held too. Bytes already read still arrive. One per channel;
 * confined to the channel's event loop.
 */
public final class ReadGate extends ChannelOutboundHandlerAdapter {
    private static final AttributeKey<ReadGate> KEY = AttributeKey.valueOf(ReadGate.class, "gate");

    private int holds; // one bit per reason, since a set would take more memory than the rest of the gate
    private @Nullable Channel channel;

    private ReadGate() {}

    /** Why a channel is not read. */
    public enum Hold {
        /** The channel is moving to another event loop. */
        MOVE,
        /** The client is ahead of its rate limit. */
        RATE_LIMIT,
        /** Input of the client still waits to be processed. */
        BACK_PRESSURE
    }

    /** Returns the channel's gate; the first call adds it to the pipeline. */
    public static ReadGate of(Channel channel) {
        ReadGate gate = channel.attr(KEY).get();
        if (gate == null) {
            gate = new ReadGate();
            channel.attr(KEY).set(gate);
            channel.pipeline().addFirst("readGate", gate);
        }
        return gate;
    }

    /** Stops reading for this reason; idempotent. */
    public void hold(Hold reason) {
        Channel held = inLoop();
        holds |= bit(reason);
        held.config().setAutoRead(false);
    }

    /** Withdraws this reason; reading resumes if it was the last one. */
    public void release(Hold reason) {
        Channel channel = inLoop();
        boolean held = holds(reason);
        holds &= ~bit(reason);
        if (held && holds == 0) {
            channel.config().setAutoRead(true);
        }
    }

    /** Returns whether reading is held for this reason. */
    public boolean holds(Hold reason) {
        return (holds & bit(reason)) != 0;
    }

    @SuppressWarnings("EnumOrdinal") // an in-memory bit, never stored
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

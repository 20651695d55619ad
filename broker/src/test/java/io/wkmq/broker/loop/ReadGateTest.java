package io.wkmq.broker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.loop.ReadGate.Hold;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadGateTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ReadGate gate = ReadGate.of(channel);
    private int reads;

    ReadGateTest() {
        // Nearer to the socket than the gate: it counts what the gate lets through.
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads++;
                ctx.read();
            }
        });
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void channelHasOneGate() {
        assertThat(ReadGate.of(channel)).isSameAs(gate);
        assertThat(channel.pipeline().first()).isNotSameAs(gate);
    }

    @Test
    void channelReadsWhenTheLastReasonEnds() {
        gate.hold(Hold.MOVE);
        gate.hold(Hold.RATE_LIMIT);
        gate.release(Hold.MOVE);
        assertThat(channel.config().isAutoRead()).isFalse();
        gate.release(Hold.RATE_LIMIT);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void reasonDoesNotPileUp() {
        gate.hold(Hold.BACK_PRESSURE);
        gate.hold(Hold.BACK_PRESSURE);
        assertThat(gate.holds(Hold.BACK_PRESSURE)).isTrue();
        gate.release(Hold.BACK_PRESSURE);
        assertThat(gate.holds(Hold.BACK_PRESSURE)).isFalse();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void handlersCannotReadAHeldChannelOfTheirOwnAccord() {
        gate.hold(Hold.RATE_LIMIT);
        channel.read();
        assertThat(reads).isZero();
        gate.release(Hold.RATE_LIMIT);
        channel.read();
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void endOfAReasonThatNeverWasChangesNothing() {
        gate.hold(Hold.MOVE);
        gate.release(Hold.RATE_LIMIT);
        assertThat(channel.config().isAutoRead()).isFalse();
    }
}

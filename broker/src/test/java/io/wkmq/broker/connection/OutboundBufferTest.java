package io.wkmq.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundBufferTest {
    private final LoopTurns turns = new LoopTurns();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int writable;
    private final OutboundBuffer buffer = new OutboundBuffer(channel, turns, () -> writable++);

    private List<Integer> written() {
        List<Integer> sizes = new ArrayList<>();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            sizes.add(sent.readableBytes());
            ReferenceCountUtil.release(sent);
        }
        return sizes;
    }

    @Test
    void packetsOfOneTurnGoOutTogetherAtItsEnd() {
        buffer.room(2).writeShort(1);
        buffer.room(4).writeInt(2);
        assertThat(written()).isEmpty();

        channel.runPendingTasks();
        assertThat(written()).containsExactly(6);
    }

    @Test
    void largeTurnGoesOutInChunks() {
        buffer.room(60_000).writeZero(60_000);
        buffer.room(10_000).writeZero(10_000);
        channel.runPendingTasks();
        assertThat(written()).containsExactly(60_000, 10_000);
    }

    @Test
    void whoWasRefusedIsToldWhenTheBytesAreOut() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1000));
        assertThat(buffer.writable()).isTrue();
        buffer.room(2000).writeZero(2000);
        assertThat(buffer.writable()).isFalse();
        assertThat(writable).isZero();

        channel.runPendingTasks();
        assertThat(writable).isOne();
        assertThat(written()).containsExactly(2000);
    }

    @Test
    void whoWasRefusedDoesNotGetInBeforeThePacketThatNeedsRoom() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1000));
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                buffer.writabilityChanged();
            }
        });
        buffer.room(60_000).writeZero(60_000);
        assertThat(buffer.writable()).isFalse();

        buffer.room(10_000).writeZero(10_000); // the socket takes the first chunk, and is writable again
        assertThat(written()).containsExactly(60_000);
        assertThat(writable).isZero();

        channel.runPendingTasks();
        assertThat(written()).containsExactly(10_000);
        assertThat(writable).isOne();
    }

    @Test
    void failureOfOneConnectionDoesNotKeepTheOthersFromBeingFlushed() {
        OutboundBuffer failing = new OutboundBuffer(channel, turns, () -> {
            throw new IllegalStateException("a mistake");
        });
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(5, 10));
        failing.room(100).writeZero(100);
        assertThat(failing.writable()).isFalse();
        buffer.room(5).writeZero(5);

        channel.runPendingTasks();
        assertThat(written()).containsExactly(100, 5);
        assertThat(catchThrowable(channel::checkException)).isInstanceOf(IllegalStateException.class);

        buffer.room(7).writeZero(7);
        channel.runPendingTasks();
        assertThat(written()).containsExactly(7);
    }

    @Test
    void whatWasNotSentIsReleasedWhenTheChannelCloses() {
        ByteBuf chunk = buffer.room(3).writeZero(3);
        buffer.discard();
        assertThat(chunk.refCnt()).isZero();
        channel.runPendingTasks();
        assertThat(written()).isEmpty();
    }
}

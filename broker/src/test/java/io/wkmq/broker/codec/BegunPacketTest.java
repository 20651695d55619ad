package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BegunPacketTest {
    private static final int MAX = 1 << 20;
    private static final ByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;

    @Test
    void packetGetsWhatItLacksAndNoMore() {
        byte[] stream = stream(300, 40);
        for (int cut = 1; cut < 303; cut++) {
            ByteBuf begun = copy(stream, 0, cut);
            ByteBuf in = copy(stream, cut, stream.length);
            ByteBuf whole = BegunPacket.complete(ALLOC, begun, in, MAX);
            assertThat(bytes(whole)).isEqualTo(Arrays.copyOf(stream, 303));
            assertThat(in.readableBytes()).isEqualTo(42);
            whole.release();
            in.release();
        }
    }

    @Test
    void packetGetsAllThereIsIfThatIsTooLittle() {
        byte[] stream = stream(300);
        ByteBuf begun = copy(stream, 0, 1);
        for (int at = 1; at < stream.length; at += 7) {
            ByteBuf in = copy(stream, at, Math.min(stream.length, at + 7));
            begun = BegunPacket.complete(ALLOC, begun, in, MAX);
            assertThat(in.isReadable()).isFalse();
            in.release();
        }
        assertThat(bytes(begun)).isEqualTo(stream);
        begun.release();
    }

    @Test
    void memoryGrowsWithWhatHasComeAndNotWithWhatAHeaderPromises() {
        ByteBuf begun = ALLOC.buffer(2).writeByte(0x30).writeByte(0xFF);
        ByteBuf in = ALLOC.buffer(8).writeByte(0xFF).writeByte(0x3F).writeInt(0); // 1 MB
        ByteBuf whole = BegunPacket.complete(ALLOC, begun, in, 2 * MAX);
        assertThat(whole.readableBytes()).isEqualTo(8);
        assertThat(whole.capacity()).isLessThanOrEqualTo(16);
        whole.release();
        in.release();
    }

    @Test
    void packetThatIsTooLargeOrMalformedGetsEverything() {
        for (byte[] bad : new byte[][] {{0x30, -1, -1, 0x3F, 1, 2, 3}, {0x30, -1, -1, -1, -1, 2, 3}}) {
            ByteBuf begun = copy(bad, 0, 1);
            ByteBuf in = copy(bad, 1, bad.length);
            ByteBuf whole = BegunPacket.complete(ALLOC, begun, in, 1000);
            assertThat(bytes(whole)).isEqualTo(bad);
            whole.release();
            in.release();
        }
    }

    @Test
    void sliceOfALargerBufferIsNotWrittenBeyondItsEnd() {
        byte[] stream = stream(20);
        ByteBuf frame = Unpooled.buffer().writeBytes(stream, 0, 5).writeInt(0x01020304);
        ByteBuf begun = frame.readRetainedSlice(5);
        ByteBuf in = copy(stream, 5, stream.length);
        ByteBuf whole = BegunPacket.complete(ALLOC, begun, in, MAX);
        assertThat(bytes(whole)).isEqualTo(stream);
        assertThat(frame.readInt()).isEqualTo(0x01020304);
        whole.release();
        in.release();
        frame.release();
        assertThat(frame.refCnt()).isZero();
    }

    /** Packets of these many bytes after their headers. */
    private static byte[] stream(int... lengths) {
        ByteBuf out = Unpooled.buffer();
        for (int length : lengths) {
            out.writeByte(0x30);
            if (length > 127) {
                out.writeByte((length & 0x7F) | 0x80).writeByte(length >> 7);
            } else {
                out.writeByte(length);
            }
            for (int i = 0; i < length; i++) {
                out.writeByte(i);
            }
        }
        return bytes(out);
    }

    private static ByteBuf copy(byte[] from, int start, int end) {
        return ALLOC.buffer(end - start).writeBytes(from, start, end - start);
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }
}

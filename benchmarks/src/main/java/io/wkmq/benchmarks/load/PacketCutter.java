package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/** Splits the bytes from a broker into packets. One instance per connection. */
final class PacketCutter {
    /** Receives the packets. */
    interface Sink {
        /**
         * Called for each packet.
         *
         * @param header its first byte
         * @param in contains what follows the remaining length, from {@code start} to {@code end}
         */
        void packet(int header, ByteBuf in, int start, int end);
    }

    private final Sink sink;
    private @Nullable ByteBuf rest;

    PacketCutter(Sink sink) {
        this.sink = sink;
    }

    /** Takes ownership of bytes and passes on the packets that they complete. */
    void take(ByteBufAllocator allocator, ByteBuf bytes) {
        ByteBuf before = rest;
        rest = null;
        ByteBuf in = before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, bytes);
        boolean kept = false;
        try {
            while (cut(in)) {
                // the sink consumes each packet
            }
            kept = in.isReadable();
        } finally {
            if (kept) {
                rest = in;
            } else {
                in.release();
            }
        }
    }

    void close() {
        ByteBuf last = rest;
        rest = null;
        if (last != null) {
            last.release();
        }
    }

    private boolean cut(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int length = 0;
        int index = start + 1;
        byte part;
        do {
            if (index >= end) {
                return false;
            }
            if (index - start > 4) {
                throw new DecoderException("The broker sent a remaining length of more than four bytes");
            }
            part = in.getByte(index);
            length |= (part & 0x7F) << (7 * (index - start - 1));
            index++;
        } while (part < 0);
        if (end - index < length) {
            return false;
        }
        in.readerIndex(index + length);
        sink.packet(in.getUnsignedByte(start), in, index, index + length);
        return true;
    }
}

package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/** Cuts the bytes that a broker sends into packets. Belongs to one connection. */
final class PacketCutter {
    /** Takes the packets. */
    interface Sink {
        /**
         * A packet.
         *
         * @param header its first byte
         * @param in what follows its remaining length is from {@code start} to {@code end}
         */
        void packet(int header, ByteBuf in, int start, int end);
    }

    private final Sink sink;
    private @Nullable ByteBuf rest;

    PacketCutter(Sink sink) {
        this.sink = sink;
    }

    /** Takes bytes over and hands on the packets that they complete. */
    void take(ByteBufAllocator allocator, ByteBuf bytes) {
        ByteBuf before = rest;
        rest = null;
        ByteBuf in = before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, bytes);
        boolean kept = false;
        try {
            while (cut(in)) {
                // the sink has it
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

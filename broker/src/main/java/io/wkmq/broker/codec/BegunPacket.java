package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A packet whose first bytes have come before the others. */
final class BegunPacket {
    static final int LENGTH_UNKNOWN = -1;

    private static final int HEADER_BYTES_MAX = 5;

    private BegunPacket() {}

    /**
     * Moves the bytes that a packet lacks from {@code in} to it: all that it lacks, or all that there are. A packet that is longer
     * than allowed, or malformed, gets everything.
     *
     * @param begun the packet; given up
     * @return the packet with its bytes, in the same buffer or another
     */
    static ByteBuf complete(ByteBufAllocator alloc, ByteBuf begun, ByteBuf in, int maxSize) {
        int size = size(begun, in);
        boolean fits = size != LENGTH_UNKNOWN && size <= maxSize;
        int present = begun.readableBytes();
        int moved = fits ? Math.min(size - present, in.readableBytes()) : in.readableBytes();
        if (moved <= 0) {
            return begun;
        }
        // what a header promises may never come, so memory grows with what has come
        int capacity = fits ? Math.min(size, 2 * (present + moved)) : present + moved;
        return withRoom(alloc, begun, moved, capacity).writeBytes(in, moved);
    }

    /** How long it is with its header; {@link #LENGTH_UNKNOWN} if too little has come, or nonsense. */
    static int size(ByteBuf begun, ByteBuf in) {
        int present = begun.readableBytes();
        int all = Math.min(HEADER_BYTES_MAX, present + in.readableBytes());
        int length = 0;
        for (int i = 1; i < all; i++) {
            byte part =
                    i < present ? begun.getByte(begun.readerIndex() + i) : in.getByte(in.readerIndex() + i - present);
            length |= (part & 0x7F) << (7 * (i - 1));
            if (part >= 0) {
                return 1 + i + length;
            }
        }
        return LENGTH_UNKNOWN;
    }

    private static ByteBuf withRoom(ByteBufAllocator alloc, ByteBuf begun, int bytes, int capacity) {
        if (begun.writableBytes() >= bytes && begun.refCnt() == 1 && !begun.isReadOnly()) {
            return begun;
        }
        ByteBuf larger = alloc.buffer(capacity);
        try {
            return larger.writeBytes(begun);
        } finally {
            begun.release();
        }
    }
}

package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A packet of which only the first bytes have arrived. Stateless. */
final class BegunPacket {
    static final int LENGTH_UNKNOWN = -1;

    private static final int HEADER_BYTES_MAX = 5;

    private BegunPacket() {}

    /**
     * Moves the missing bytes of a packet from {@code in} to it, as far as they have arrived. A packet whose length is unknown,
     * malformed or above the limit takes everything.
     *
     * @param begun the packet's first bytes; ownership passes to this method
     * @return the packet with the added bytes, in the same buffer or a new one
     */
    static ByteBuf complete(ByteBufAllocator alloc, ByteBuf begun, ByteBuf in, int maxSize) {
        int size = size(begun, in);
        boolean fits = size != LENGTH_UNKNOWN && size <= maxSize;
        int present = begun.readableBytes();
        int moved = fits ? Math.min(size - present, in.readableBytes()) : in.readableBytes();
        if (moved <= 0) {
            return begun;
        }
        // the announced bytes may never arrive, so memory grows only with what has arrived
        int capacity = fits ? Math.min(size, 2 * (present + moved)) : present + moved;
        return withRoom(alloc, begun, moved, capacity).writeBytes(in, moved);
    }

    /** Returns the packet's size with its header; {@link #LENGTH_UNKNOWN} if the length is incomplete or malformed. */
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

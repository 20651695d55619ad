package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The DISCONNECT in what a client sent before it closed its connection, and nobody has decoded. */
final class BuriedDisconnect {
    private BuriedDisconnect() {}

    /**
     * Reads over the packets before it, unseen. What cannot be such a packet ends the search: too large, not whole, or of a type that a
     * connected client does not send.
     *
     * @return whether it begins where {@code in} is read next; its own bytes are not looked at
     */
    static boolean skipTo(ByteBuf in, int maxSize) {
        while (in.isReadable()) {
            int type = in.getUnsignedByte(in.readerIndex()) >> 4;
            if (type == PacketReader.DISCONNECT) {
                return true;
            }
            int size = BegunPacket.size(in, Unpooled.EMPTY_BUFFER);
            boolean whole = size != BegunPacket.LENGTH_UNKNOWN && size <= maxSize && size <= in.readableBytes();
            if (type == 0 || type == PacketReader.CONNECT || !whole) {
                return false;
            }
            in.skipBytes(size);
        }
        return false;
    }
}

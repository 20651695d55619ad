package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Finds a DISCONNECT in the input that was not decoded before the client closed its connection. Stateless. */
final class BuriedDisconnect {
    private BuriedDisconnect() {}

    /**
     * Skips the packets before a DISCONNECT without decoding them. Fails at anything that cannot be such a packet: too large,
     * incomplete, or of a type that a connected client does not send.
     *
     * @return whether a DISCONNECT begins at the reader index of {@code in}; its own bytes are not checked
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

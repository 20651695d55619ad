package io.wkmq.cluster.transport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one frame after the other and never beyond the frame's end. One thread. */
final class Fields {
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;

    /** Begins with a frame, which has that many bytes. */
    void begin(ByteBuf frame, int length) {
        in = frame;
        end = frame.readerIndex() + length;
    }

    int left() {
        return end - in.readerIndex();
    }

    int int8() throws BadFrameException {
        need(1);
        return in.readUnsignedByte();
    }

    int int32() throws BadFrameException {
        need(Integer.BYTES);
        return in.readInt();
    }

    long int64() throws BadFrameException {
        need(Long.BYTES);
        return in.readLong();
    }

    long number() throws BadFrameException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = int8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new BadFrameException("A number has more than 9 bytes");
    }

    /** How many there are of something that takes some bytes each. */
    int count(int bytesEach) throws BadFrameException {
        long count = number();
        if (count > left() / bytesEach) {
            throw new BadFrameException("A frame ends before " + count + " fields; it has " + left() + " bytes more");
        }
        return (int) count;
    }

    byte[] block() throws BadFrameException {
        return bytes(count(1));
    }

    byte[] bytes(int length) throws BadFrameException {
        need(length);
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    String text() throws BadFrameException {
        int length = count(1);
        String text = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
        in.skipBytes(length);
        return text;
    }

    /** Reads so many bytes into an array that has room for them. */
    void bytes(byte[] into, int length) throws BadFrameException {
        need(length);
        in.readBytes(into, 0, length);
    }

    void requireEnd() throws BadFrameException {
        if (left() != 0) {
            throw new BadFrameException("A frame has " + left() + " bytes more than belong to it");
        }
    }

    private void need(int bytes) throws BadFrameException {
        if (left() < bytes) {
            throw new BadFrameException(
                    "A frame ends where " + bytes + " bytes are expected; it has " + left() + " bytes more");
        }
    }
}

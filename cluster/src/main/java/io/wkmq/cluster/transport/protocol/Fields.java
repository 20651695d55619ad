package io.wkmq.cluster.transport.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Reads the fields of consecutive frames, never beyond the end of a frame. Not thread-safe. */
final class Fields {
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;

    /** Starts a frame of the given length. */
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

    /** Reads an element count, which is checked against the remaining bytes at {@code bytesEach} per element. */
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

    /** Reads that many bytes into the start of an array. */
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

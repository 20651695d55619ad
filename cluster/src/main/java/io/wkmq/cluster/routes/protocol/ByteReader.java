package io.wkmq.cluster.routes.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote, and trusts none of it. Belongs to one thread. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    int u8() throws MalformedRouteMessageException {
        require(1);
        return bytes[at++] & 0xFF;
    }

    long i64() throws MalformedRouteMessageException {
        require(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | (bytes[at++] & 0xFF);
        }
        return value;
    }

    int number() throws MalformedRouteMessageException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next <= 0x7F) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new MalformedRouteMessageException("A number before byte " + at + " is larger than " + Integer.MAX_VALUE);
    }

    String text() throws MalformedRouteMessageException {
        int length = number();
        require(length);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    private void require(int more) throws MalformedRouteMessageException {
        if (bytes.length - at < more) {
            throw new MalformedRouteMessageException("A message of " + bytes.length + " bytes ends at byte " + at
                    + "; expected " + more + " more there");
        }
    }
}

package io.wkmq.cluster.retained.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what a {@link ByteWriter} wrote; whatever the bytes are, it reads nothing beyond them. Belongs to one thread. */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    int u8() throws MalformedSyncMessageException {
        require(1);
        return bytes[at++] & 0xFF;
    }

    boolean flag() throws MalformedSyncMessageException {
        int flag = u8();
        if (flag > 1) {
            throw new MalformedSyncMessageException("A flag is " + flag + "; expected 0 or 1");
        }
        return flag == 1;
    }

    long i64() throws MalformedSyncMessageException {
        require(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | (bytes[at++] & 0xFF);
        }
        return value;
    }

    long[] i64s(int count) throws MalformedSyncMessageException {
        if (count > (bytes.length - at) / Long.BYTES) {
            throw new MalformedSyncMessageException("A message of " + bytes.length + " bytes ends at byte " + at
                    + "; expected " + count + " numbers there");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = i64();
        }
        return values;
    }

    int number() throws MalformedSyncMessageException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new MalformedSyncMessageException("A number before byte " + at + " is larger than " + Integer.MAX_VALUE);
    }

    /** A number below a limit. */
    int number(int limit) throws MalformedSyncMessageException {
        int value = number();
        if (value >= limit) {
            throw new MalformedSyncMessageException("A number is " + value + "; expected less than " + limit);
        }
        return value;
    }

    byte[] bytes() throws MalformedSyncMessageException {
        int length = number();
        require(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    String text() throws MalformedSyncMessageException {
        int length = number();
        require(length);
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    private void require(int more) throws MalformedSyncMessageException {
        if (bytes.length - at < more) {
            throw new MalformedSyncMessageException("A message of " + bytes.length + " bytes ends at byte " + at
                    + "; expected " + more + " more there");
        }
    }
}

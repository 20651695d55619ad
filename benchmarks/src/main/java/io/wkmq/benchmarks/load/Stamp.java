package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * The first bytes of every payload: run and publisher, the message's number among the publisher's messages, and the time it was sent.
 * Stateless.
 */
final class Stamp {
    static final int BYTES = 24;

    private static final int MAGIC = 0x776B_0000;
    private static final int MAGIC_MASK = 0xFFFF_0000;

    private Stamp() {}

    /** Returns a run number made of a marker of wkbench and random bits. */
    static int run(int random) {
        return MAGIC | (random & ~MAGIC_MASK);
    }

    static void write(ByteBuf out, long stream, long sequence, long timeNs) {
        out.writeLong(stream);
        out.writeLong(sequence);
        out.writeLong(timeNs);
    }

    /** Returns the identifier of a publisher's messages: the run and the publisher's number. */
    static long stream(int run, int publisher) {
        return (long) run << 32 | publisher;
    }

    static int publisher(long stream) {
        return (int) stream;
    }

    /** Returns whether the payload from {@code start} to {@code end} was written by wkbench. */
    static boolean present(ByteBuf in, int start, int end) {
        return end - start >= BYTES && (in.getInt(start) & MAGIC_MASK) == MAGIC;
    }

    static long stream(ByteBuf in, int start) {
        return in.getLong(start);
    }

    static long sequence(ByteBuf in, int start) {
        return in.getLong(start + 8);
    }

    static long timeNs(ByteBuf in, int start) {
        return in.getLong(start + 16);
    }
}

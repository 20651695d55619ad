package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/**
 * The first bytes of every payload: which run and publisher it is of, its number among the publisher's messages, and when it
 * was sent. Stateless.
 */
final class Stamp {
    static final int BYTES = 24;

    private static final int MAGIC = 0x776B_0000;
    private static final int MAGIC_MASK = 0xFFFF_0000;

    private Stamp() {}

    /** A run's number out of random bits; marks its payloads as ours. */
    static int run(int random) {
        return MAGIC | (random & ~MAGIC_MASK);
    }

    static void write(ByteBuf out, long stream, long sequence, long timeNs) {
        out.writeLong(stream);
        out.writeLong(sequence);
        out.writeLong(timeNs);
    }

    /** What tells a publisher's messages from all others: the run and the publisher's number. */
    static long stream(int run, int publisher) {
        return (long) run << 32 | publisher;
    }

    static int publisher(long stream) {
        return (int) stream;
    }

    /** Whether the payload from {@code start} to {@code end} is one of ours. */
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

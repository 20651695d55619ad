package io.wkmq.cluster.transport.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A direct-mapped cache of the values made from recently read texts. Topics and client ids repeat, and making their values anew
 * costs more than the rest of a frame. Holds a few hundred short texts. Not thread-safe.
 *
 * @param <T> the type of the values
 */
final class RecentTexts<T> {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SLOTS_BITS = 9;
    private static final int BYTES_MAX = 256;

    private final Maker<T> maker;
    private final @Nullable Entry<T>[] slots;
    private final byte[] scratch = new byte[BYTES_MAX + Long.BYTES];

    /** Makes a value from a text. */
    interface Maker<T> {
        T of(String text) throws BadFrameException;
    }

    private record Entry<T>(byte[] utf8, T made) {}

    @SuppressWarnings({"unchecked", "rawtypes"}) // generic arrays cannot be created
    RecentTexts(Maker<T> maker) {
        this.maker = maker;
        this.slots = new Entry[1 << SLOTS_BITS];
    }

    /** Reads a text and returns its value. */
    T read(Fields in) throws BadFrameException {
        int length = in.count(1);
        if (length > BYTES_MAX) {
            return maker.of(utf8(in.bytes(length)));
        }
        in.bytes(scratch, length);
        int slot = slot(length);
        Entry<T> known = slots[slot];
        if (known != null && Arrays.equals(known.utf8, 0, known.utf8.length, scratch, 0, length)) {
            return known.made;
        }
        byte[] bytes = Arrays.copyOf(scratch, length);
        T made = maker.of(utf8(bytes));
        slots[slot] = new Entry<>(bytes, made);
        return made;
    }

    /** Returns the slot of the text in {@code scratch}. Hashes eight bytes at a time; byte by byte would be half the cost of a message. */
    private int slot(int length) {
        LONGS.set(scratch, length, 0L);
        long hash = length;
        for (int i = 0; i < length; i += Long.BYTES) {
            hash = (hash ^ (long) LONGS.get(scratch, i)) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash >>> (Long.SIZE - SLOTS_BITS));
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

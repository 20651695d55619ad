package io.wkmq.cluster.transport.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was made of the texts that came last: topics and client ids repeat, and making one anew costs more than all the rest of a
 * frame. Holds a few hundred short ones. One thread.
 *
 * @param <T> what is made of a text
 */
final class RecentTexts<T> {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int SLOTS_BITS = 9;
    private static final int BYTES_MAX = 256;

    private final Maker<T> maker;
    private final @Nullable Entry<T>[] slots;
    private final byte[] scratch = new byte[BYTES_MAX + Long.BYTES];

    /** Makes something of a text. */
    interface Maker<T> {
        T of(String text) throws BadFrameException;
    }

    private record Entry<T>(byte[] utf8, T made) {}

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
    RecentTexts(Maker<T> maker) {
        this.maker = maker;
        this.slots = new Entry[1 << SLOTS_BITS];
    }

    /** Reads a text and gives what is made of it. */
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

    /** Where the text in the scratch belongs. Takes eight bytes at a time: one by one is half of what a message costs. */
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

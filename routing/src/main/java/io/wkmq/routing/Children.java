package io.wkmq.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hash tables of what follows a {@link Branch}, one child per level text. A table is null (nothing), a bucket (an array with
 * open addressing), or a {@link Fan} of such tables. The steps of growing and shrinking touch one bucket, so no change takes
 * long however many children there are. Changes return the table to publish in place of the old one, which most often is the
 * same: a place of a bucket that readers can see may be filled, or filled with another child, but no child ever moves in it or
 * leaves it. A child is a branch or a value; its level text starts at {@code start} in its key.
 *
 * <p>Holds no state. Any thread may read; the caller sees to one writer.
 */
final class Children<V> {
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final Object[] NONE = {};
    private static final int BUCKET_MAX = 64;
    /** A new child that finds one of so many places free goes there without a look at how full the bucket is. */
    private static final int NEAR = 4;

    private static final int FAN_MIN = 24;
    private static final int FANS_DEEP_MAX = 7;

    private final Function<? super V, byte[]> keyOf;
    private final long seed;

    Children(Function<? super V, byte[]> keyOf, long seed) {
        this.keyOf = keyOf;
        this.seed = seed;
    }

    /** The key of a child, which for a branch starts with the path to it. */
    byte[] key(Object child) {
        return child instanceof Branch branch ? branch.key : keyOf.apply(value(child));
    }

    /** A child that is no branch. */
    @SuppressWarnings("unchecked") // nothing but branches and values is ever put into a tree
    V value(Object child) {
        return (V) child;
    }

    /** The child whose level text is {@code [from, to)} of a text, or null. */
    @Nullable
    Object find(@Nullable Object table, byte[] text, int from, int to, int start) {
        if (table == null) {
            return null;
        }
        int hash = Levels.hash(seed, text, from, to);
        Object at = table;
        while (at instanceof Fan fan) {
            at = fan.get(Fan.index(hash));
            hash <<= Fan.BITS;
        }
        if (at == null) {
            return null;
        }
        Object[] bucket = (Object[]) at;
        int slot = slot(hash, bucket.length);
        for (int probes = bucket.length; probes > 0; probes--) {
            Object child = at(bucket, slot);
            if (child == null || Levels.same(text, from, to, key(child), start)) {
                return child;
            }
            slot = next(slot, bucket.length);
        }
        return null;
    }

    /** Adds a child whose level text is not there yet. */
    Object with(@Nullable Object table, Object child, int start) {
        return with(table, child, hash(child, start), start, 0);
    }

    private Object with(@Nullable Object table, Object child, int hash, int start, int deep) {
        if (table instanceof Fan fan) {
            int index = Fan.index(hash);
            Object below = fan.get(index);
            Object changed = with(below, child, hash << Fan.BITS, start, deep + 1);
            if (changed != below) {
                fan.set(index, changed);
            }
            fan.count++;
            return fan;
        }
        Object[] bucket = table == null ? NONE : (Object[]) table;
        if (place(bucket, child, hash, NEAR)) {
            return bucket;
        }
        int count = count(bucket) + 1;
        if (count > BUCKET_MAX && deep < FANS_DEEP_MAX) {
            return with(fan(bucket, start, deep), child, hash, start, deep);
        }
        Object[] changed = fits(count, bucket.length) ? bucket : resized(bucket, count, start, deep);
        place(changed, child, hash, changed.length);
        return changed;
    }

    /** Puts another child in the place of one with the same level text. */
    void replace(@Nullable Object table, Object old, Object child, int start) {
        int hash = hash(old, start);
        Object at = table;
        while (at instanceof Fan fan) {
            at = fan.get(Fan.index(hash));
            hash <<= Fan.BITS;
        }
        Object[] bucket = (Object[]) require(at);
        PLACES.setRelease(bucket, slotOf(bucket, old, hash), child);
    }

    /** Removes a child that is there. */
    @Nullable
    Object without(Object table, Object child, int start) {
        return without(table, child, hash(child, start), start, 0);
    }

    private @Nullable Object without(Object table, Object child, int hash, int start, int deep) {
        if (table instanceof Fan fan) {
            int index = Fan.index(hash);
            fan.set(index, without(require(fan.get(index)), child, hash << Fan.BITS, start, deep + 1));
            fan.count--;
            return fan.count > FAN_MIN ? fan : bucket(fan, start, deep);
        }
        Object[] bucket = (Object[]) table;
        int count = count(bucket) - 1;
        if (count == 0) {
            return null;
        }
        Object[] changed = bucket.clone();
        close(changed, slotOf(changed, child, hash), start, deep);
        return sparse(count, changed.length) ? resized(changed, count, start, deep) : changed;
    }

    /** How many children there are. The writer's. */
    int count(@Nullable Object table) {
        if (table instanceof Fan fan) {
            return fan.count;
        }
        return table == null ? 0 : count((Object[]) table);
    }

    /** Visits all children. */
    void forEach(@Nullable Object table, Consumer<Object> visitor) {
        if (table instanceof Fan fan) {
            for (int i = 0; i < fan.length(); i++) {
                forEach(fan.get(i), visitor);
            }
        } else if (table != null) {
            Object[] bucket = (Object[]) table;
            for (int slot = 0; slot < bucket.length; slot++) {
                Object child = at(bucket, slot);
                if (child != null) {
                    visitor.accept(child);
                }
            }
        }
    }

    private int hash(Object child, int start) {
        byte[] key = key(child);
        return Levels.hash(seed, key, start, Levels.end(key, start));
    }

    private Fan fan(Object[] bucket, int start, int deep) {
        Fan fan = new Fan();
        for (Object child : bucket) {
            if (child != null) {
                with(fan, child, hash(child, start) << (deep * Fan.BITS), start, deep);
            }
        }
        return fan;
    }

    private Object[] bucket(Fan fan, int start, int deep) {
        Object[] bucket = new Object[roomy(fan.count)];
        forEach(fan, child -> place(bucket, child, hash(child, start) << (deep * Fan.BITS), bucket.length));
        return bucket;
    }

    private Object[] resized(Object[] bucket, int count, int start, int deep) {
        Object[] resized = new Object[roomy(count)];
        for (Object child : bucket) {
            if (child != null) {
                place(resized, child, hash(child, start) << (deep * Fan.BITS), resized.length);
            }
        }
        return resized;
    }

    /** What is at a place of a bucket that the writer may be changing. */
    static @Nullable Object at(Object[] bucket, int slot) {
        return PLACES.getAcquire(bucket, slot);
    }

    /** Puts a child into the first free place from the one it wants on; false if none of so many places is free. */
    private static boolean place(Object[] bucket, Object child, int hash, int probesMax) {
        int slot = slot(hash, bucket.length);
        for (int probes = Math.min(probesMax, bucket.length); probes > 0; probes--) {
            if (bucket[slot] == null) {
                PLACES.setRelease(bucket, slot, child);
                return true;
            }
            slot = next(slot, bucket.length);
        }
        return false;
    }

    /** Empties a slot and moves up what the look-up would no longer come to. */
    private void close(Object[] bucket, int empty, int start, int deep) {
        int gap = empty;
        bucket[gap] = null;
        int slot = next(gap, bucket.length);
        while (bucket[slot] != null) {
            Object child = bucket[slot];
            int wanted = slot(hash(child, start) << (deep * Fan.BITS), bucket.length);
            boolean staysReachable = gap < slot ? gap < wanted && wanted <= slot : gap < wanted || wanted <= slot;
            if (!staysReachable) {
                bucket[gap] = child;
                bucket[slot] = null;
                gap = slot;
            }
            slot = next(slot, bucket.length);
        }
    }

    private static int slotOf(Object[] bucket, Object child, int hash) {
        int slot = slot(hash, bucket.length);
        for (int probes = bucket.length; probes > 0; probes--) {
            if (bucket[slot] == child) {
                return slot;
            }
            slot = next(slot, bucket.length);
        }
        throw new IllegalStateException("A child is not in its table");
    }

    private static Object require(@Nullable Object table) {
        if (table == null) {
            throw new IllegalStateException("A child's table is gone");
        }
        return table;
    }

    private static int slot(int hash, int length) {
        return (int) (((hash & 0xFFFF_FFFFL) * length) >>> Integer.SIZE);
    }

    private static int next(int slot, int length) {
        return slot + 1 == length ? 0 : slot + 1;
    }

    private static int count(Object[] bucket) {
        int count = 0;
        for (Object child : bucket) {
            if (child != null) {
                count++;
            }
        }
        return count;
    }

    /** Small buckets may be full: most branches have a few children, and a million branches need room too. */
    private static boolean fits(int count, int length) {
        return length <= 4 ? count <= length : count * 3 <= length * 2;
    }

    private static boolean sparse(int count, int length) {
        return length > roomy(count) * 2;
    }

    private static int roomy(int count) {
        if (count <= 2) {
            return 2;
        }
        return count <= 4 ? 4 : count * 5 / 2;
    }
}

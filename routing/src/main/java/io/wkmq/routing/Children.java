package io.wkmq.routing;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hash tables of the children of a {@link Branch}, keyed by level text. A table is null (empty), a {@link Bucket}, or a {@link Fan}
 * of such tables. Growing and shrinking works in steps that touch one bucket each, so no change takes long however many children
 * there are. Changes return the table to publish in place of the old one, usually the same. A child is a branch or a value; its
 * level text starts at {@code start} in its key.
 *
 * <p>Stateless. Any thread may read; the caller ensures that there is a single writer.
 */
final class Children<V> {
    private static final int BUCKET_MAX = 64;
    /** A new child that finds a free slot within this many probes is placed without checking the fill level of the bucket. */
    private static final int NEAR = 4;

    private static final int FAN_MIN = 24;
    private static final int FANS_DEEP_MAX = 7;

    private final Function<? super V, byte[]> keyOf;
    private final long seed;

    Children(Function<? super V, byte[]> keyOf, long seed) {
        this.keyOf = keyOf;
        this.seed = seed;
    }

    /** Returns the key of a child, which for a branch starts with the path to it. */
    byte[] key(Object child) {
        return child instanceof Branch branch ? branch.key : keyOf.apply(value(child));
    }

    /** Casts a child that is not a branch. */
    @SuppressWarnings("unchecked") // only branches and values are ever put into a tree
    V value(Object child) {
        return (V) child;
    }

    /** Returns the child whose level text is {@code [from, to)} of a text, or null. */
    @Nullable
    Object find(@Nullable Object table, byte[] text, int from, int to, int start) {
        if (table == null) {
            return null;
        }
        int hash = Levels.hash(seed, text, from, to);
        int left = hash;
        Object at = table;
        while (at instanceof Fan fan) {
            at = fan.get(Fan.index(left));
            left <<= Fan.BITS;
        }
        if (at == null) {
            return null;
        }
        Object[] bucket = (Object[]) at;
        int[] hashes = Bucket.hashes(bucket);
        int index = Bucket.wanted(bucket, left);
        for (int probes = bucket.length; probes > 0; probes--) {
            Object child = Bucket.at(bucket, index);
            if (child == null
                    || ((hashes == null || hashes[index - 1] == hash)
                            && Levels.same(text, from, to, key(child), start))) {
                return child;
            }
            index = Bucket.next(bucket, index);
        }
        return null;
    }

    /** Adds a child whose level text is not present yet. */
    Object with(@Nullable Object table, Object child, int start) {
        return with(table, child, hash(child, start), start, 0);
    }

    private Object with(@Nullable Object table, Object child, int hash, int start, int deep) {
        int shift = deep * Fan.BITS;
        if (table instanceof Fan fan) {
            int index = Fan.index(hash << shift);
            Object below = fan.get(index);
            Object changed = with(below, child, hash, start, deep + 1);
            if (changed != below) {
                fan.set(index, changed);
            }
            fan.count++;
            return fan;
        }
        Object[] bucket = table == null ? Bucket.NONE : (Object[]) table;
        if (Bucket.place(bucket, child, hash, shift, NEAR)) {
            return bucket;
        }
        int count = Bucket.count(bucket) + 1;
        if (count > BUCKET_MAX && deep < FANS_DEEP_MAX) {
            return with(fan(bucket, start, deep), child, hash, start, deep);
        }
        Object[] changed = Bucket.fits(bucket, count) ? bucket : resized(bucket, count, start, shift);
        Bucket.place(changed, child, hash, shift, changed.length);
        return changed;
    }

    /** Replaces a child by another one with the same level text. */
    void replace(@Nullable Object table, Object old, Object child, int start) {
        int left = hash(old, start);
        Object at = table;
        while (at instanceof Fan fan) {
            at = fan.get(Fan.index(left));
            left <<= Fan.BITS;
        }
        Bucket.replace((Object[]) require(at), old, child, left);
    }

    /** Removes a child, which must be present. */
    @Nullable
    Object without(Object table, Object child, int start) {
        return without(table, child, hash(child, start), start, 0);
    }

    private @Nullable Object without(Object table, Object child, int hash, int start, int deep) {
        int shift = deep * Fan.BITS;
        if (table instanceof Fan fan) {
            int index = Fan.index(hash << shift);
            fan.set(index, without(require(fan.get(index)), child, hash, start, deep + 1));
            fan.count--;
            return fan.count > FAN_MIN ? fan : bucket(fan, start, shift);
        }
        Object[] bucket = (Object[]) table;
        int count = Bucket.count(bucket) - 1;
        if (count == 0) {
            return null;
        }
        Object[] changed = Bucket.copy(bucket);
        close(changed, Bucket.indexOf(changed, child, hash << shift), start, shift);
        return Bucket.sparse(changed, count) ? resized(changed, count, start, shift) : changed;
    }

    /** Returns the number of children. For the writer only. */
    int count(@Nullable Object table) {
        if (table instanceof Fan fan) {
            return fan.count;
        }
        return table == null ? 0 : Bucket.count((Object[]) table);
    }

    /** Visits all children. */
    void forEach(@Nullable Object table, Consumer<Object> visitor) {
        if (table instanceof Fan fan) {
            for (int i = 0; i < fan.length(); i++) {
                forEach(fan.get(i), visitor);
            }
        } else if (table != null) {
            Bucket.forEach((Object[]) table, visitor);
        }
    }

    private int hash(Object child, int start) {
        byte[] key = key(child);
        return Levels.hash(seed, key, start, Levels.end(key, start));
    }

    /** Returns the hash of the child at an index. */
    private int hash(Object[] bucket, int index, int start) {
        int[] hashes = Bucket.hashes(bucket);
        return hashes == null ? hash(bucket[index], start) : hashes[index - 1];
    }

    private Fan fan(Object[] bucket, int start, int deep) {
        Fan fan = new Fan();
        for (int i = Bucket.first(bucket); i < bucket.length; i++) {
            if (bucket[i] != null) {
                with(fan, bucket[i], hash(bucket, i, start), start, deep);
            }
        }
        return fan;
    }

    private Object[] bucket(Fan fan, int start, int shift) {
        Object[] bucket = Bucket.roomy(fan.count);
        forEach(fan, child -> Bucket.place(bucket, child, hash(child, start), shift, bucket.length));
        return bucket;
    }

    private Object[] resized(Object[] bucket, int count, int start, int shift) {
        Object[] resized = Bucket.roomy(count);
        for (int i = Bucket.first(bucket); i < bucket.length; i++) {
            if (bucket[i] != null) {
                Bucket.place(resized, bucket[i], hash(bucket, i, start), shift, resized.length);
            }
        }
        return resized;
    }

    /** Empties a slot and moves children that probing would no longer reach. */
    private void close(Object[] bucket, int empty, int start, int shift) {
        int[] hashes = Bucket.hashes(bucket);
        int gap = empty;
        bucket[gap] = null;
        int index = Bucket.next(bucket, gap);
        while (bucket[index] != null) {
            int wanted = Bucket.wanted(bucket, hash(bucket, index, start) << shift);
            boolean staysReachable = gap < index ? gap < wanted && wanted <= index : gap < wanted || wanted <= index;
            if (!staysReachable) {
                bucket[gap] = bucket[index];
                bucket[index] = null;
                if (hashes != null) {
                    hashes[gap - 1] = hashes[index - 1];
                }
                gap = index;
            }
            index = Bucket.next(bucket, index);
        }
    }

    private static Object require(@Nullable Object table) {
        if (table == null) {
            throw new IllegalStateException("A child's table is gone");
        }
        return table;
    }
}

package io.wkmq.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The smallest of the tables of {@link Children}: an array with open addressing. One with more than a few places has the hashes of
 * its children too, in an array before the first place, so that neither a look-up nor a change touches a child that it is not
 * about: most children of a large tree are in no cache. A place that readers can see may be filled, or filled with another child of the
 * same hash; no child ever moves in it or leaves it.
 *
 * <p>Holds no state. Any thread may read; the caller sees to one writer.
 */
final class Bucket {
    static final Object[] NONE = {};
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);
    /** Up to so many places are without hashes: a million branches have no more, and there they would be most of the memory. */
    private static final int PLAIN_MAX = 4;

    private Bucket() {}

    private static Object[] make(int places) {
        if (places <= PLAIN_MAX) {
            return new Object[places];
        }
        Object[] bucket = new Object[places + 1];
        bucket[0] = new int[places];
        return bucket;
    }

    /** A bucket with room for that many children. */
    static Object[] roomy(int count) {
        return make(places(count));
    }

    private static int places(int count) {
        if (count <= 2) {
            return 2;
        }
        return count <= 4 ? 4 : count * 2;
    }

    /** Where the first place is in the array; the others follow up to its end. */
    static int first(Object[] bucket) {
        return bucket.length <= PLAIN_MAX ? 0 : 1;
    }

    /** The hashes of the children, or null. */
    static int @Nullable [] hashes(Object[] bucket) {
        return bucket.length <= PLAIN_MAX ? null : (int[]) bucket[0];
    }

    /** What is at an index of a bucket that the writer may be changing. */
    static @Nullable Object at(Object[] bucket, int index) {
        return PLACES.getAcquire(bucket, index);
    }

    /** The index at which a child belongs if nothing else is there; its hash is shifted by what larger tables have used of it. */
    static int wanted(Object[] bucket, int hash) {
        int first = first(bucket);
        return first + (int) (((hash & 0xFFFF_FFFFL) * (bucket.length - first)) >>> Integer.SIZE);
    }

    /** The index that is looked at after another. */
    static int next(Object[] bucket, int index) {
        return index + 1 == bucket.length ? first(bucket) : index + 1;
    }

    /** Puts a child into the first free place from the one it wants on; false if none of so many places is free. */
    static boolean place(Object[] bucket, Object child, int hash, int shift, int probesMax) {
        int index = wanted(bucket, hash << shift);
        for (int probes = Math.min(probesMax, bucket.length - first(bucket)); probes > 0; probes--) {
            if (bucket[index] == null) {
                int[] hashes = hashes(bucket);
                if (hashes != null) {
                    hashes[index - 1] = hash; // whoever sees the child sees it too
                }
                PLACES.setRelease(bucket, index, child);
                return true;
            }
            index = next(bucket, index);
        }
        return false;
    }

    /** Puts another child with the same hash in the place of one. */
    static void replace(Object[] bucket, Object old, Object child, int hash) {
        PLACES.setRelease(bucket, indexOf(bucket, old, hash), child);
    }

    /** Where a child is that is there. */
    static int indexOf(Object[] bucket, Object child, int hash) {
        int index = wanted(bucket, hash);
        for (int probes = bucket.length; probes > 0; probes--) {
            if (bucket[index] == child) {
                return index;
            }
            index = next(bucket, index);
        }
        throw new IllegalStateException("A child is not in its table");
    }

    /** A bucket of its own with the same children. */
    static Object[] copy(Object[] bucket) {
        Object[] copy = bucket.clone();
        int[] hashes = hashes(bucket);
        if (hashes != null) {
            copy[0] = Arrays.copyOf(hashes, hashes.length);
        }
        return copy;
    }

    static int count(Object[] bucket) {
        int count = 0;
        for (int i = first(bucket); i < bucket.length; i++) {
            if (bucket[i] != null) {
                count++;
            }
        }
        return count;
    }

    static void forEach(Object[] bucket, Consumer<Object> visitor) {
        for (int i = first(bucket); i < bucket.length; i++) {
            Object child = at(bucket, i);
            if (child != null) {
                visitor.accept(child);
            }
        }
    }

    /** Small buckets may be full: most branches have a few children, and a million branches need room too. */
    static boolean fits(Object[] bucket, int count) {
        int places = bucket.length - first(bucket);
        return places <= PLAIN_MAX ? count <= places : count * 4 <= places * 3;
    }

    /** Whether so few children would do with half the places. */
    static boolean sparse(Object[] bucket, int count) {
        return bucket.length - first(bucket) > places(count) * 2;
    }
}

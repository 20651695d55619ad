package io.wkmq.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The smallest table of {@link Children}: an array with open addressing. A bucket with more than a few slots also has the hashes of
 * its children, in an array before the first slot, so that neither look-ups nor changes touch unrelated children: in a large tree
 * most children are not in any CPU cache. A slot visible to readers may be filled, or its child replaced by one with the same hash;
 * but no child ever moves within it or is removed from it.
 *
 * <p>Stateless. Any thread may read; the caller ensures that there is a single writer.
 */
final class Bucket {
    static final Object[] NONE = {};
    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);
    /**
     * Buckets of up to this many slots have no hashes: a million branches have no larger ones, and the hashes would be most of
     * their memory.
     */
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

    /** Creates a bucket with room for that many children. */
    static Object[] roomy(int count) {
        return make(places(count));
    }

    private static int places(int count) {
        if (count <= 2) {
            return 2;
        }
        return count <= 4 ? 4 : count * 2;
    }

    /** Returns the index of the first slot; the others follow up to the end of the array. */
    static int first(Object[] bucket) {
        return bucket.length <= PLAIN_MAX ? 0 : 1;
    }

    /** Returns the hashes of the children, or null. */
    static int @Nullable [] hashes(Object[] bucket) {
        return bucket.length <= PLAIN_MAX ? null : (int[]) bucket[0];
    }

    /** Reads a slot of a bucket that the writer may be changing. */
    static @Nullable Object at(Object[] bucket, int index) {
        return PLACES.getAcquire(bucket, index);
    }

    /** Returns a child's preferred index; its hash is shifted by the bits that larger tables have used. */
    static int wanted(Object[] bucket, int hash) {
        int first = first(bucket);
        return first + (int) (((hash & 0xFFFF_FFFFL) * (bucket.length - first)) >>> Integer.SIZE);
    }

    /** Returns the index that is probed after another. */
    static int next(Object[] bucket, int index) {
        return index + 1 == bucket.length ? first(bucket) : index + 1;
    }

    /** Puts a child into the first free slot from its preferred one on; returns false if none is free within that many probes. */
    static boolean place(Object[] bucket, Object child, int hash, int shift, int probesMax) {
        int index = wanted(bucket, hash << shift);
        for (int probes = Math.min(probesMax, bucket.length - first(bucket)); probes > 0; probes--) {
            if (bucket[index] == null) {
                int[] hashes = hashes(bucket);
                if (hashes != null) {
                    hashes[index - 1] = hash; // visible to everybody who sees the child
                }
                PLACES.setRelease(bucket, index, child);
                return true;
            }
            index = next(bucket, index);
        }
        return false;
    }

    /** Replaces a child by another one with the same hash. */
    static void replace(Object[] bucket, Object old, Object child, int hash) {
        PLACES.setRelease(bucket, indexOf(bucket, old, hash), child);
    }

    /** Returns the index of a child, which must be present. */
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

    /** Copies a bucket. */
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

    /** Small buckets may be full: most branches have few children, and space for a million branches adds up. */
    static boolean fits(Object[] bucket, int count) {
        int places = bucket.length - first(bucket);
        return places <= PLAIN_MAX ? count <= places : count * 4 <= places * 3;
    }

    /** Returns whether that many children would fit into half the slots. */
    static boolean sparse(Object[] bucket, int count) {
        return bucket.length - first(bucket) > places(count) * 2;
    }
}

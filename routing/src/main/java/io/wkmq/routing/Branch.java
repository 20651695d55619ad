package io.wkmq.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An inner node of a {@link LevelTree}, where keys diverge: stands for the levels that all keys below have in common. Each of its
 * children is either another branch or the only value whose key goes that way, however many levels it has. So a tree of n keys has
 * fewer than n branches besides the root. Modified by the tree's single writer; any thread may read.
 */
final class Branch {
    /** The key of a descendant is shared instead of a copy of the path if it is longer by no more than this. */
    private static final int SLACK_BYTES = 32;

    /** Starts with the path to this branch; the rest of the array is ignored. */
    final byte[] key;
    /** Where the path ends in {@link #key}. The keys below continue at {@code end + 1}. */
    final int end;
    /** The value whose key is the path. */
    volatile @Nullable Object value;
    /** The child for the level {@code +}: a branch or a value. */
    volatile @Nullable Object plus;
    /** The value whose key is the path and the level {@code #}. */
    volatile @Nullable Object hash;
    /** The children for all other levels, managed by {@link Children}. */
    volatile @Nullable Object children;

    private Branch(byte[] key, int end) {
        this.key = key;
        this.end = end;
    }

    /** Creates the root branch, whose path has no level. */
    static Branch root() {
        return new Branch(new byte[0], -1);
    }

    /** Creates a branch at the levels that end at {@code end}. */
    static Branch at(byte[] key, int end) {
        return new Branch(key.length - end <= SLACK_BYTES ? key : Arrays.copyOf(key, end), end);
    }
}

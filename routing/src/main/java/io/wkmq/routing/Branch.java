package io.wkmq.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link LevelTree} where keys part: it stands for the levels that all keys below have in common. What follows
 * is either another branch or the only value whose key goes that way, whatever the number of its levels. So a tree of n keys
 * has fewer than n branches besides the root. Changed by the tree's one writer; any thread may read.
 */
final class Branch {
    /** A key below may be kept instead of a copy of the path when it is longer by no more than this. */
    private static final int SLACK_BYTES = 32;

    /** Starts with the path to here; what follows in the array is of no meaning. */
    final byte[] key;
    /** Where the path ends in {@link #key}. The keys below go on at {@code end + 1}. */
    final int end;
    /** The value whose key is the path. */
    volatile @Nullable Object value;
    /** What follows with the level {@code +}: a branch or a value. */
    volatile @Nullable Object plus;
    /** The value whose key has only the level {@code #} more. */
    volatile @Nullable Object hash;
    /** What follows with any other level, kept by {@link Children}. */
    volatile @Nullable Object children;

    private Branch(byte[] key, int end) {
        this.key = key;
        this.end = end;
    }

    /** The branch that all keys come from; the path to it has no level. */
    static Branch root() {
        return new Branch(new byte[0], -1);
    }

    /** A branch at the levels that end at {@code end}. */
    static Branch at(byte[] key, int end) {
        return new Branch(key.length - end <= SLACK_BYTES ? key : Arrays.copyOf(key, end), end);
    }
}

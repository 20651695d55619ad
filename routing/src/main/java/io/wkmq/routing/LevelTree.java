package io.wkmq.routing;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A radix tree over the levels of topic names or topic filters that maps keys to values; a value knows its key. A value costs one
 * slot in a hash table (7 to 13 bytes), and each place where keys diverge one {@link Branch}, so memory depends on the number of
 * keys rather than on that of their levels.
 *
 * <p>Any thread may read, without a lock, and sees each key either as before or as after a change. Changes take a short lock. A
 * branch that is removed from the tree is left unchanged for readers that are still in it. No method recurses over levels.
 * {@link #get}, {@link #put} and {@link #remove} look at each byte of the key a constant number of times.
 */
final class LevelTree<V> {
    private final Branch root = Branch.root();
    private final Function<? super V, byte[]> keyOf;
    private final Children<V> children;
    private volatile int size;

    /**
     * Creates an empty tree.
     *
     * @param keyOf returns a value's key, which never changes
     * @param seed the seed of the hashes; unknown to clients, so that they cannot choose colliding levels
     */
    LevelTree(Function<? super V, byte[]> keyOf, long seed) {
        this.keyOf = keyOf;
        this.children = new Children<>(keyOf, seed);
    }

    Branch root() {
        return root;
    }

    Children<V> children() {
        return children;
    }

    int size() {
        return size;
    }

    /** Returns the value of a key, or null. */
    @Nullable
    V get(byte[] key) {
        Branch branch = root;
        while (true) {
            int from = branch.end + 1;
            if (from > key.length) {
                return valueOrNull(branch.value);
            }
            Object child = child(branch, key);
            if (child instanceof Branch next) {
                if (!leadsTo(next, from, key)) {
                    return null;
                }
                branch = next;
            } else {
                return child != null && Arrays.equals(children.key(child), key) ? children.value(child) : null;
            }
        }
    }

    /** Adds a value; returns the one it replaces, or null. */
    synchronized @Nullable V put(V value) {
        return put(value, true);
    }

    /** Adds a value unless its key has one; returns the existing one, or null. */
    synchronized @Nullable V putIfAbsent(V value) {
        return put(value, false);
    }

    private @Nullable V put(V value, boolean replaces) {
        byte[] key = keyOf.apply(value);
        Branch branch = root;
        while (true) {
            int from = branch.end + 1;
            if (from > key.length) {
                V old = valueOrNull(branch.value);
                if (old == null || replaces) {
                    branch.value = value;
                    resize(old == null ? 1 : 0);
                }
                return old;
            }
            Object child = child(branch, key);
            if (child == null) {
                attach(branch, value, key);
                resize(1);
                return null;
            }
            byte[] childKey = children.key(child);
            int childEnd = child instanceof Branch next ? next.end : childKey.length;
            int end = Levels.commonEnd(key, key.length, childKey, childEnd, from);
            if (child instanceof Branch next && end == next.end) {
                branch = next;
            } else if (!(child instanceof Branch) && end == key.length && end == childEnd) {
                if (replaces) {
                    replace(branch, child, value);
                }
                return children.value(child);
            } else {
                Branch fork = Branch.at(key.length <= childKey.length ? key : childKey, end);
                attach(fork, child, childKey);
                attach(fork, value, key);
                replace(branch, child, fork);
                resize(1);
                return null;
            }
        }
    }

    /** Removes a key; returns the value it had, or null. */
    synchronized @Nullable V remove(byte[] key) {
        Branch above = root;
        Branch branch = root;
        while (true) {
            int from = branch.end + 1;
            Object child = from > key.length ? branch.value : child(branch, key);
            if (from <= key.length && child instanceof Branch next) {
                if (!leadsTo(next, from, key)) {
                    return null;
                }
                above = branch;
                branch = next;
            } else if (child == null || !Arrays.equals(children.key(child), key)) {
                return null;
            } else {
                detach(above, branch, child);
                resize(-1);
                return children.value(child);
            }
        }
    }

    /** Visits all values; values added or removed meanwhile may be missed. */
    void forEach(Consumer<? super V> visitor) {
        ArrayDeque<Branch> left = new ArrayDeque<>();
        Consumer<Object> visit = child -> {
            if (child instanceof Branch branch) {
                left.push(branch);
            } else {
                visitor.accept(children.value(child));
            }
        };
        left.push(root);
        while (!left.isEmpty()) {
            forEachBelow(left.pop(), visit);
        }
    }

    private void forEachBelow(Branch branch, Consumer<Object> visit) {
        for (Object child : new @Nullable Object[] {branch.value, branch.hash, branch.plus}) {
            if (child != null) {
                visit.accept(child);
            }
        }
        children.forEach(branch.children, visit);
    }

    /** Returns the child of a branch on the path to a key. */
    private @Nullable Object child(Branch branch, byte[] key) {
        int from = branch.end + 1;
        if (Levels.wildcard(key, from, '+')) {
            return branch.plus;
        }
        if (Levels.wildcard(key, from, '#')) {
            return branch.hash;
        }
        return children.find(branch.children, key, from, Levels.end(key, from), from);
    }

    private static boolean leadsTo(Branch branch, int from, byte[] key) {
        int end = branch.end;
        return key.length >= end
                && (key.length == end || key[end] == '/')
                && Arrays.equals(branch.key, from, end, key, from, end);
    }

    /** Adds a child that is not present: a value with that key, or a branch whose path is a prefix of that key. */
    private void attach(Branch branch, Object child, byte[] key) {
        int from = branch.end + 1;
        if (from > key.length) {
            branch.value = child;
        } else if (Levels.wildcard(key, from, '+')) {
            branch.plus = child;
        } else if (Levels.wildcard(key, from, '#')) {
            branch.hash = child;
        } else {
            Object table = branch.children;
            Object changed = children.with(table, child, from);
            if (changed != table) {
                branch.children = changed;
            }
        }
    }

    /** Replaces a child of a branch by another one with the same next level. */
    private void replace(Branch branch, Object old, Object child) {
        if (branch.plus == old) {
            branch.plus = child;
        } else if (branch.hash == old) {
            branch.hash = child;
        } else {
            children.replace(branch.children, old, child, branch.end + 1);
        }
    }

    /** Removes a value from a branch, and the branch itself if it would have only one entry left. */
    private void detach(Branch above, Branch branch, Object value) {
        Object other = branch == root ? null : onlyOther(branch, value);
        if (other != null) {
            replace(above, branch, other);
        } else if (branch.value == value) {
            branch.value = null;
        } else if (branch.plus == value) {
            branch.plus = null;
        } else if (branch.hash == value) {
            branch.hash = null;
        } else {
            branch.children = children.without(literals(branch), value, branch.end + 1);
        }
    }

    private @Nullable Object onlyOther(Branch branch, Object value) {
        if (children.count(branch.children) > 2) {
            return null;
        }
        Object[] found = new Object[1];
        int[] others = new int[1];
        forEachBelow(branch, child -> {
            if (child != value) {
                found[0] = child;
                others[0]++;
            }
        });
        return others[0] == 1 ? found[0] : null;
    }

    private static Object literals(Branch branch) {
        Object table = branch.children;
        if (table == null) {
            throw new IllegalStateException("A branch has lost its children");
        }
        return table;
    }

    private @Nullable V valueOrNull(@Nullable Object value) {
        return value == null ? null : children.value(value);
    }

    private synchronized void resize(int change) {
        size += change;
    }
}

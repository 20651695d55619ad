package io.wkmq.routing;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps topic filters to values, where a value knows its filter, and finds the values of all filters that match a topic name.
 *
 * <p>Any thread may read, without a lock; changes take a short lock. A filter that exists during a whole {@link #match} is found;
 * one that is added or removed meanwhile may be.
 *
 * <p>From each branch a match descends by the topic's next level and by {@code +}, and it visits each branch at most once. So its
 * time is that of comparing the topic with those filters that agree with it up to where they diverge from others: independent of
 * the number of other filters, and never more than (filters) x (length of the topic). Its memory is that of the matching filters
 * and one entry per branch on the longest path. To bound the product, limit the levels and bytes of what clients may publish and
 * subscribe to: 1000 filters of 64 KiB that all agree with a topic of 64 KiB cost about 0.1 s.
 */
final class TopicTrie<V> {
    private final Function<? super V, byte[]> filterOf;
    private final LevelTree<V> tree;

    /**
     * Creates an empty trie.
     *
     * @param filterOf returns a value's filter in UTF-8, which never changes
     * @param seed the seed of the hashes, unknown to clients
     */
    TopicTrie(Function<? super V, byte[]> filterOf, long seed) {
        this.filterOf = filterOf;
        this.tree = new LevelTree<>(filterOf, seed);
    }

    /** Returns the value of exactly this filter, or null. */
    @Nullable
    V get(TopicFilter filter) {
        return tree.get(filter.utf8());
    }

    /** Adds a value; returns the one it replaces, or null. */
    @Nullable
    V put(V value) {
        return tree.put(value);
    }

    /** Adds a value unless its filter has one; returns the existing one, or null. */
    @Nullable
    V putIfAbsent(V value) {
        return tree.putIfAbsent(value);
    }

    /** Removes and returns the value of exactly this filter; returns null if there is none. */
    @Nullable
    V remove(TopicFilter filter) {
        return tree.remove(filter.utf8());
    }

    /** Returns the number of filters. */
    int size() {
        return tree.size();
    }

    /** Visits all values; values added or removed meanwhile may be missed. */
    void forEach(Consumer<? super V> visitor) {
        tree.forEach(visitor);
    }

    /** Visits the values of all filters that match, in no particular order. */
    void match(TopicName topic, Consumer<? super V> visitor) {
        byte[] name = topic.utf8();
        Children<V> children = tree.children();
        Walk walk = new Walk(name, visitor);
        Branch branch = tree.root();
        int at = 0;
        boolean wildcards = !topic.reserved(); // of the first level only [MQTT-4.7.2-1]
        while (branch != null) {
            if (wildcards) {
                walk.accept(branch.hash);
            }
            if (at > name.length) {
                walk.accept(branch.value);
            } else {
                int start = branch.end + 1;
                if (wildcards) {
                    walk.follow(branch.plus, start, at);
                }
                walk.follow(children.find(branch.children, name, at, Levels.end(name, at), start), start, at);
            }
            wildcards = true;
            branch = walk.pop();
            at = walk.at;
        }
    }

    /** The branches a match has yet to visit. An explicit stack, because a topic may have 65 536 levels. */
    private final class Walk {
        private final byte[] name;
        private final Consumer<? super V> visitor;
        private @Nullable Branch[] branches = new @Nullable Branch[8];
        private int[] positions = new int[8];
        private int size;
        /** The position in the topic that belongs to the branch popped last. */
        int at;

        Walk(byte[] name, Consumer<? super V> visitor) {
            this.name = name;
            this.visitor = visitor;
        }

        void accept(@Nullable Object value) {
            if (value != null) {
                visitor.accept(tree.children().value(value));
            }
        }

        void follow(@Nullable Object child, int start, int from) {
            if (child instanceof Branch branch) {
                int next = Levels.skipName(branch.key, start, branch.end, name, from);
                if (next >= 0) {
                    push(branch, next);
                }
            } else if (child != null) {
                V value = tree.children().value(child);
                if (Levels.matches(filterOf.apply(value), start, name, from)) {
                    visitor.accept(value);
                }
            }
        }

        private void push(Branch branch, int position) {
            if (size == branches.length) {
                branches = Arrays.copyOf(branches, size * 2);
                positions = Arrays.copyOf(positions, size * 2);
            }
            branches[size] = branch;
            positions[size++] = position;
        }

        @Nullable
        Branch pop() {
            if (size == 0) {
                return null;
            }
            at = positions[--size];
            return branches[size];
        }
    }
}

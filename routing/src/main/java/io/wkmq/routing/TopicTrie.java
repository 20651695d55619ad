package io.wkmq.routing;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topic filter -> value, where a value knows its filter: finds the values of all filters that match a topic name.
 *
 * <p>Any thread may read, without a lock; changes take a short lock. A filter that is there during a whole {@link #match} is
 * found; one that comes or goes meanwhile may be.
 *
 * <p>A match goes down from each place by the topic's next level and by {@code +}, and to each place once at most. So it takes
 * no longer than to compare the topic with those filters that agree with it up to where they part from others: independent
 * of the number of the rest, and never more than (filters) x (length of the topic). The memory it needs is that of the
 * matching filters and one entry per place on the longest way. To bound the product, bound the levels and bytes of what
 * clients may publish and subscribe to: 1000 filters of 64 KiB that all agree with a topic of 64 KiB cost some 0.1 s.
 */
final class TopicTrie<V> {
    private final Function<? super V, byte[]> filterOf;
    private final LevelTree<V> tree;

    /**
     * An empty trie.
     *
     * @param filterOf a value's filter in UTF-8, which never changes
     * @param seed of the hashes, unknown to clients
     */
    TopicTrie(Function<? super V, byte[]> filterOf, long seed) {
        this.filterOf = filterOf;
        this.tree = new LevelTree<>(filterOf, seed);
    }

    /** The value of exactly this filter, or null. */
    @Nullable
    V get(TopicFilter filter) {
        return tree.get(filter.utf8());
    }

    /** Adds a value; returns the one it replaces, or null. */
    @Nullable
    V put(V value) {
        return tree.put(value);
    }

    /** Adds a value unless its filter has one, which it returns, or null. */
    @Nullable
    V putIfAbsent(V value) {
        return tree.putIfAbsent(value);
    }

    /** Removes the value of exactly this filter and returns it, or null if there is none. */
    @Nullable
    V remove(TopicFilter filter) {
        return tree.remove(filter.utf8());
    }

    /** How many filters there are. */
    int size() {
        return tree.size();
    }

    /** Visits all values; those that come or go meanwhile may be missed. */
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

    /** The places a match has yet to go to: an own stack, because a topic may have 65 536 levels. */
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

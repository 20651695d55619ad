package io.wkmq.channel.registry;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A map from topic filters to values, where no two filters match the same topic. Modified by one thread; any thread may call {@link #find}
 * without a lock and may or may not see a concurrent change.
 *
 * @param <V> the type of the values
 */
public final class FilterTree<V> {
    private static final String ONE = "+";
    private static final String ALL = "#";

    private final Node<V> root = new Node<>();
    private volatile int size;

    private static final class Node<V> {
        /** Replaced by a mutable map with the first child: with many filters most nodes are leaves and never have one. */
        private volatile Map<String, Node<V>> children = Map.of();

        private volatile @Nullable V value;

        /** Returns the child for this level, creating it if absent. */
        Node<V> child(String level) {
            if (children.isEmpty()) {
                children = new ConcurrentHashMap<>(2);
            }
            return children.computeIfAbsent(level, unused -> new Node<>());
        }
    }

    /** Returns the number of filters. */
    public int size() {
        return size;
    }

    /** Sets the value of a filter. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // modified by one thread
    public void put(TopicFilter filter, V value) {
        Node<V> node = root;
        for (String level : filter.text().split("/", -1)) {
            node = node.child(shared(level));
        }
        if (node.value == null) {
            size++;
        }
        node.value = value;
    }

    /** Returns a shared string for wildcards. */
    private static String shared(String level) {
        if (level.equals(ALL)) {
            return ALL;
        }
        return level.equals(ONE) ? ONE : level;
    }

    /** Removes a filter, which must be present. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // modified by one thread
    public void remove(TopicFilter filter) {
        if (remove(root, filter.text().split("/", -1), 0)) {
            size--;
        }
    }

    private static <V> boolean remove(Node<V> node, String[] levels, int at) {
        if (at == levels.length) {
            boolean had = node.value != null;
            node.value = null;
            return had;
        }
        Node<V> child = node.children.get(levels[at]);
        if (child == null || !remove(child, levels, at + 1)) {
            return false;
        }
        if (child.value == null && child.children.isEmpty()) {
            node.children.remove(levels[at]);
        }
        return true;
    }

    /** Returns the value of the filter that matches a topic, which must not be reserved; null if none does. */
    public @Nullable V find(TopicName topic) {
        return size == 0 ? null : find(root, topic.text(), 0);
    }

    private static <V> @Nullable V find(Node<V> node, String topic, int from) {
        Node<V> all = node.children.get(ALL);
        if (all != null && all.value != null) {
            return all.value;
        }
        if (from > topic.length()) {
            return node.value;
        }
        int slash = topic.indexOf('/', from);
        int end = slash < 0 ? topic.length() : slash;
        Node<V> named = node.children.get(topic.substring(from, end));
        V found = named == null ? null : find(named, topic, end + 1);
        if (found == null) {
            Node<V> one = node.children.get(ONE);
            found = one == null ? null : find(one, topic, end + 1);
        }
        return found;
    }

    /** Returns the value of a filter that matches a topic also matched by the given one; null if there is none. */
    public @Nullable V overlapping(TopicFilter filter) {
        return overlapping(root, filter.text().split("/", -1), 0);
    }

    private static <V> @Nullable V overlapping(Node<V> node, String[] levels, int at) {
        Node<V> all = node.children.get(ALL);
        if (all != null && all.value != null) {
            return all.value;
        }
        if (at == levels.length) {
            return node.value;
        }
        String level = levels[at];
        if (level.equals(ALL)) {
            return any(node);
        }
        if (level.equals(ONE)) {
            for (Node<V> child : node.children.values()) {
                V found = overlapping(child, levels, at + 1);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        Node<V> named = node.children.get(level);
        V found = named == null ? null : overlapping(named, levels, at + 1);
        if (found == null) {
            Node<V> one = node.children.get(ONE);
            found = one == null ? null : overlapping(one, levels, at + 1);
        }
        return found;
    }

    /** Returns any value at or below this node: a filter's last {@code #} also matches the parent level (4.7.1.2). */
    private static <V> @Nullable V any(Node<V> node) {
        V found = node.value;
        for (Node<V> child : node.children.values()) {
            if (found == null) {
                found = any(child);
            }
        }
        return found;
    }
}

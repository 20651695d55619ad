package io.wkmq.channel.registry;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by topic filters of which no two match the same topic. One thread changes it; any thread asks {@link #find}, without a lock:
 * what is changed meanwhile is found or not.
 *
 * @param <V> the values
 */
public final class FilterTree<V> {
    private static final String ONE = "+";
    private static final String ALL = "#";

    private final Node<V> root = new Node<>();
    private volatile int size;

    private static final class Node<V> {
        /** A map of its own once there is a child: most nodes of many filters are ends, and never have one. */
        private volatile Map<String, Node<V>> children = Map.of();

        private volatile @Nullable V value;

        /** The node below, which is made if it is not there. */
        Node<V> child(String level) {
            if (children.isEmpty()) {
                children = new ConcurrentHashMap<>(2);
            }
            return children.computeIfAbsent(level, unused -> new Node<>());
        }
    }

    /** How many filters there are. */
    public int size() {
        return size;
    }

    /** Sets the value of a filter. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes it
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

    /** A wildcard is the same text for all filters. */
    private static String shared(String level) {
        if (level.equals(ALL)) {
            return ALL;
        }
        return level.equals(ONE) ? ONE : level;
    }

    /** Removes a filter, which is there. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes it
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

    /** The value of the filter that matches a topic, which is not reserved; null if none does. */
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

    /** The value of a filter that matches a topic which the given one matches too; null if there is none. */
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

    /** Any value there is from that node on: a filter's last level matches the level above as well (4.7.1.2). */
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

package io.wkmq.routing;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps topic names to values, where a value knows its topic, and finds the values of all topics that match a filter. Designed for a
 * million retained messages.
 *
 * <p>Any thread may read, without a lock; changes take a short lock.
 *
 * @param <V> the type of the values
 */
public final class TopicIndex<V> {
    private final Function<? super V, TopicName> topicOf;
    private final LevelTree<V> tree;

    /**
     * Creates an empty index.
     *
     * @param topicOf returns a value's topic, which never changes
     * @param seed a number that clients cannot know, so that they cannot choose topics with colliding hashes
     */
    public TopicIndex(Function<? super V, TopicName> topicOf, long seed) {
        this.topicOf = topicOf;
        this.tree = new LevelTree<>(value -> topicOf.apply(value).utf8(), seed);
    }

    /** Adds a value; returns the one with the same topic that it replaces, or null. */
    public @Nullable V put(V value) {
        return tree.put(value);
    }

    /** Returns the value of exactly this topic, or null. */
    public @Nullable V get(TopicName topic) {
        return tree.get(topic.utf8());
    }

    /** Removes and returns the value of exactly this topic; returns null if there is none. */
    public @Nullable V remove(TopicName topic) {
        return tree.remove(topic.utf8());
    }

    /** Returns the number of topics. */
    public int size() {
        return tree.size();
    }

    /** Iterates over the values of all topics that match a filter; one that starts with a wildcard skips {@code $} topics. */
    public TopicCursor<V> cursor(TopicFilter filter) {
        return new TopicCursor<>(tree, topicOf, filter);
    }
}

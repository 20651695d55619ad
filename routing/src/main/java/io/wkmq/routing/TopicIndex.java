package io.wkmq.routing;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topic name -> value, where a value knows its topic: finds the values of all topics that match a filter. Made for a million
 * retained messages.
 *
 * <p>Any thread may read, without a lock; changes take a short lock.
 *
 * @param <V> the values
 */
public final class TopicIndex<V> {
    private final Function<? super V, TopicName> topicOf;
    private final LevelTree<V> tree;

    /**
     * An empty index.
     *
     * @param topicOf a value's topic, which never changes
     * @param seed any number that clients cannot know, so that they cannot choose topics whose hashes collide
     */
    public TopicIndex(Function<? super V, TopicName> topicOf, long seed) {
        this.topicOf = topicOf;
        this.tree = new LevelTree<>(value -> topicOf.apply(value).utf8(), seed);
    }

    /** Adds a value; returns the one of the same topic that it replaces, or null. */
    public @Nullable V put(V value) {
        return tree.put(value);
    }

    /** The value of exactly this topic, or null. */
    public @Nullable V get(TopicName topic) {
        return tree.get(topic.utf8());
    }

    /** Removes the value of exactly this topic and returns it, or null if there is none. */
    public @Nullable V remove(TopicName topic) {
        return tree.remove(topic.utf8());
    }

    /** How many topics there are. */
    public int size() {
        return tree.size();
    }

    /** Walks the values of all topics that match a filter; one that starts with a wildcard skips {@code $} topics. */
    public TopicCursor<V> cursor(TopicFilter filter) {
        return new TopicCursor<>(tree, topicOf, filter);
    }
}

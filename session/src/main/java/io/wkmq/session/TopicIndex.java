package io.wkmq.session;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stands in for the index of the routing module, with its API, until that one is there: tries every topic. Thread-safe. */
final class TopicIndex<V> {
    private final Function<? super V, TopicName> topicOf;
    private final ConcurrentSkipListMap<String, V> values = new ConcurrentSkipListMap<>();

    TopicIndex(Function<? super V, TopicName> topicOf, long seed) {
        this.topicOf = topicOf;
    }

    @Nullable
    V put(V value) {
        return values.put(topicOf.apply(value).text(), value);
    }

    @Nullable
    V get(TopicName topic) {
        return values.get(topic.text());
    }

    @Nullable
    V remove(TopicName topic) {
        return values.remove(topic.text());
    }

    int size() {
        return values.size();
    }

    TopicCursor<V> cursor(TopicFilter filter) {
        return new TopicCursor<>(values, topicOf, filter);
    }
}

package io.wkmq.session;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A walk through the values of a {@link TopicIndex} whose topics match a filter. Belongs to one thread at a time. */
final class TopicCursor<V> {
    private final ConcurrentSkipListMap<String, V> values;
    private final Function<? super V, TopicName> topicOf;
    private final TopicFilter filter;
    private String at = "";

    TopicCursor(ConcurrentSkipListMap<String, V> values, Function<? super V, TopicName> topicOf, TopicFilter filter) {
        this.values = values;
        this.topicOf = topicOf;
        this.filter = filter;
    }

    @Nullable
    V next() {
        Map.Entry<String, V> entry = values.higherEntry(at);
        while (entry != null && !filter.matches(topicOf.apply(entry.getValue()))) {
            entry = values.higherEntry(entry.getKey());
        }
        if (entry == null) {
            return null;
        }
        at = entry.getKey();
        return entry.getValue();
    }
}

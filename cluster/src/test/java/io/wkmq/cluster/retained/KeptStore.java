package io.wkmq.cluster.retained;

import io.wkmq.routing.TopicName;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StampedMessage;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A disk that is never full and outlives its node. Confined to one thread. */
final class KeptStore implements RetainedStore {
    private final TreeMap<String, StampedMessage> stored = new TreeMap<>();

    @Override
    public void retain(StampedMessage message) {
        stored.put(message.topic().text(), message);
    }

    @Override
    public void clear(TopicName topic) {
        stored.remove(topic.text());
    }

    @Override
    public void flush(SessionStore.Completion completion) {
        completion.durable();
    }

    @Override
    public void restore(Consumer<StampedMessage> restored) {
        List.copyOf(stored.values()).forEach(restored);
    }
}

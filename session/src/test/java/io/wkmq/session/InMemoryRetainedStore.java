package io.wkmq.session;

import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A retained store in memory. Flushes complete at once, or wait for the test while {@link #holdFlushes} is on. Thread-safe. */
public final class InMemoryRetainedStore implements RetainedStore {
    private final Map<String, StampedMessage> messages = new TreeMap<>();
    private final List<SessionStore.Completion> held = new ArrayList<>();
    private boolean hold;
    private @Nullable String failure;

    /** From now on flushes wait for {@link #completeFlushes}. */
    public synchronized void holdFlushes() {
        hold = true;
    }

    /** Completes what waits. */
    public void completeFlushes() {
        List<SessionStore.Completion> waiting;
        synchronized (this) {
            waiting = List.copyOf(held);
            held.clear();
        }
        waiting.forEach(SessionStore.Completion::durable);
    }

    /** From now on every flush fails; null heals it. */
    public synchronized void fail(@Nullable String reason) {
        failure = reason;
    }

    /** The messages that are stored, by topic. */
    public synchronized Map<String, StampedMessage> messages() {
        return stored(false);
    }

    /** The removals that are stored, by topic. */
    public synchronized Map<String, StampedMessage> removals() {
        return stored(true);
    }

    private Map<String, StampedMessage> stored(boolean removals) {
        Map<String, StampedMessage> found = new TreeMap<>(messages);
        found.values().removeIf(message -> message.removal() != removals);
        return found;
    }

    @Override
    public synchronized void retain(StampedMessage message) {
        messages.put(message.topic().text(), message);
    }

    @Override
    public synchronized void clear(TopicName topic) {
        messages.remove(topic.text());
    }

    @Override
    public void flush(SessionStore.Completion completion) {
        String reason;
        synchronized (this) {
            reason = failure;
            if (hold && reason == null) {
                held.add(completion);
                return;
            }
        }
        if (reason == null) {
            completion.durable();
        } else {
            completion.failed(reason);
        }
    }

    @Override
    public synchronized void restore(Consumer<StampedMessage> restored) {
        List.copyOf(messages.values()).forEach(restored);
    }
}

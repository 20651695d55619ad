package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A retained store in memory. Flushes complete at once, or wait for the test while {@link #holdFlushes} is on. Thread-safe. */
public final class InMemoryRetainedStore implements RetainedStore {
    private final Map<String, Message> messages = new TreeMap<>();
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

    /** What is stored, by topic. */
    public synchronized Map<String, Message> messages() {
        return Map.copyOf(messages);
    }

    @Override
    public synchronized void retain(Message message) {
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
    public synchronized void restore(Consumer<Message> restored) {
        messages.values().forEach(restored);
    }
}

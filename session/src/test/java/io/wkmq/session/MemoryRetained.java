package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Retained messages in a sorted map. */
final class MemoryRetained implements Retained {
    private final TreeMap<String, Message> messages = new TreeMap<>();
    private final Map<String, Message> removals = new HashMap<>();
    private int read;
    private int passed;

    @Override
    public void retain(Message message, HandOver handOver) {
        if (message.payload().length == 0) {
            messages.remove(message.topic().text());
            removals.put(message.topic().text(), message);
        } else {
            messages.put(message.topic().text(), message);
        }
    }

    @Override
    public @Nullable Message find(TopicName topic) {
        Message message = messages.get(topic.text());
        return message == null ? removals.get(topic.text()) : message;
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        return new Cursor() {
            private String at = "";

            @Override
            public @Nullable Message next(int stepsMax) {
                for (int step = 0; step < stepsMax && !done(); step++) {
                    Map.Entry<String, Message> entry = messages.higherEntry(at);
                    at = entry.getKey();
                    passed++;
                    if (filter.matches(entry.getValue().topic())) {
                        read++;
                        return entry.getValue();
                    }
                }
                return null;
            }

            @Override
            public boolean done() {
                return messages.higherKey(at) == null;
            }
        };
    }

    /** How many messages cursors have read. */
    int read() {
        return read;
    }

    /** How many topics they have looked at. */
    int passed() {
        return passed;
    }

    int size() {
        return messages.size();
    }
}

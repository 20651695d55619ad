package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Retained messages in a sorted map. */
final class MemoryRetained implements Retained {
    private final TreeMap<String, Message> messages = new TreeMap<>();
    private int read;

    @Override
    public void retain(Message message, HandOver handOver) {
        if (message.payload().length == 0) {
            messages.remove(message.topic().text());
        } else {
            messages.put(message.topic().text(), message);
        }
    }

    @Override
    public Cursor matching(TopicFilter filter) {
        return new Cursor() {
            private String at = "";

            @Override
            public @Nullable Message next() {
                Map.Entry<String, Message> entry = messages.higherEntry(at);
                while (entry != null && !filter.matches(entry.getValue().topic())) {
                    entry = messages.higherEntry(entry.getKey());
                }
                if (entry == null) {
                    return null;
                }
                at = entry.getKey();
                read++;
                return entry.getValue();
            }
        };
    }

    /** How many messages cursors have read. */
    int read() {
        return read;
    }

    int size() {
        return messages.size();
    }
}

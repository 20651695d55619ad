package io.wkmq.session.mvstore;

import io.wkmq.routing.Message;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds recently enqueued messages, so that a message to many sessions is stored once: its deliveries come within a moment. A
 * message forgotten too early is merely stored again. Confined to the storage thread.
 */
final class RecentMessages {
    private static final int GENERATION = 1024;

    private IdentityHashMap<Message, PendingMessage> young = new IdentityHashMap<>();
    private IdentityHashMap<Message, PendingMessage> old = new IdentityHashMap<>();

    @Nullable
    PendingMessage find(Message message) {
        PendingMessage found = young.get(message);
        if (found == null) {
            found = old.get(message);
        }
        // once nothing refers to a message, log replay forgets it
        return found != null && found.references == 0 ? null : found;
    }

    void add(PendingMessage message) {
        if (young.size() >= GENERATION) {
            IdentityHashMap<Message, PendingMessage> next = old;
            next.clear();
            old = young;
            young = next;
        }
        young.put(message.message, message);
    }

    void clear() {
        young.clear();
        old.clear();
    }
}

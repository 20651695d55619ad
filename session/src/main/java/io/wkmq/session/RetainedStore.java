package io.wkmq.session;

import io.wkmq.routing.TopicName;
import java.util.function.Consumer;

/**
 * Keeps retained messages across restarts. Port owned by the session module. Thread-safe; ordering and durability are those of
 * {@link SessionStore}.
 */
public interface RetainedStore {
    /** Stores the entry of a topic with its stamp: a message or a removal. */
    void retain(StampedMessage message);

    /** Deletes the stored entry of a topic, be it a message or a removal. */
    void clear(TopicName topic);

    /** See {@link SessionStore#flush}. */
    void flush(SessionStore.Completion completion);

    /** Reads all entries. Call once, before the first change. Blocks. */
    void restore(Consumer<StampedMessage> restored);
}

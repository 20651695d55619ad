package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.TopicName;
import java.util.function.Consumer;

/** Keeps retained messages over a restart. Owned by session; thread-safe; the rules of {@link SessionStore} hold. */
public interface RetainedStore {
    /** Stores a message as its topic's retained one. */
    void retain(Message message);

    /** Removes a topic's retained message. */
    void clear(TopicName topic);

    /** See {@link SessionStore#flush}. */
    void flush(SessionStore.Completion completion);

    /** Reads all retained messages, once, before the first change. Blocks. */
    void restore(Consumer<Message> restored);
}

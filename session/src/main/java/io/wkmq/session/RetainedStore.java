package io.wkmq.session;

import io.wkmq.routing.TopicName;
import java.util.function.Consumer;

/** Keeps retained messages over a restart. Owned by session; thread-safe; the rules of {@link SessionStore} hold. */
public interface RetainedStore {
    /** Stores what is retained of a topic, with its stamp: a message, or that it was removed. */
    void retain(StampedMessage message);

    /** Forgets what is stored of a topic, also that a message was removed. */
    void clear(TopicName topic);

    /** See {@link SessionStore#flush}. */
    void flush(SessionStore.Completion completion);

    /** Reads all that is retained, once, before the first change. Blocks. */
    void restore(Consumer<StampedMessage> restored);
}

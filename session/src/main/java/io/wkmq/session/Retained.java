package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import org.jspecify.annotations.Nullable;

/** The retained messages of the node. Thread-safe; does not block. */
public interface Retained {
    /**
     * Makes the message its topic's retained one [MQTT-3.3.1-5]; an empty payload removes the topic's
     * [MQTT-3.3.1-6], [MQTT-3.3.1-7]. Expects the hand-over if it takes time.
     */
    void retain(Message message, HandOver handOver);

    /** The messages a filter matches, read one by one; never a list of all of them. */
    Cursor matching(TopicFilter filter);

    /** Walks over retained messages. Belongs to one thread; may be left without reading it to the end. */
    interface Cursor {
        /** The next message as it is retained now, or null at the end. */
        @Nullable
        Message next();
    }
}

package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import org.jspecify.annotations.Nullable;

/** The retained messages of the node. Thread-safe; does not block. */
public interface Retained {
    /**
     * Makes the message the retained one of its topic [MQTT-3.3.1-5]; an empty payload removes the topic's retained message
     * [MQTT-3.3.1-6], [MQTT-3.3.1-7]. Calls {@code handOver.expect()} if this completes asynchronously.
     */
    void retain(Message message, HandOver handOver);

    /** Returns the entry for a topic: the retained message, or a removal, which has an empty payload; null if neither is known. */
    @Nullable
    Message find(TopicName topic);

    /** Returns a cursor over the retained messages that match a filter; never materializes all of them. */
    Cursor matching(TopicFilter filter);

    /** Iterates over retained messages. Confined to one thread; may be abandoned at any point. */
    interface Cursor {
        /**
         * Returns the next message as retained now, searching a bounded number of steps of about a microsecond each: a filter
         * such as {@code +/+/x} may have to pass a million topics before one matches.
         *
         * @return the message, or null if none was found within {@code stepsMax} steps; call again unless {@link #done()}
         */
        @Nullable
        Message next(int stepsMax);

        /** Returns whether the iteration has ended. */
        boolean done();

        /** Returns the next message, or null at the end, however many topics have to be passed. Never call this on an event loop. */
        default @Nullable Message next() {
            Message message = null;
            while (message == null && !done()) {
                message = next(Integer.MAX_VALUE);
            }
            return message;
        }
    }
}

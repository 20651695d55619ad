package io.wkmq.session;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import org.jspecify.annotations.Nullable;

/** The retained messages of the node. Thread-safe; does not block. */
public interface Retained {
    /**
     * Makes the message its topic's retained one [MQTT-3.3.1-5]; an empty payload removes the topic's
     * [MQTT-3.3.1-6], [MQTT-3.3.1-7]. Expects the hand-over if it takes time.
     */
    void retain(Message message, HandOver handOver);

    /** What is retained of a topic, be it that it was removed, which has no payload; null if nothing is known of it. */
    @Nullable
    Message find(TopicName topic);

    /** The messages a filter matches, read one by one; never a list of all of them. */
    Cursor matching(TopicFilter filter);

    /** Walks over retained messages. Belongs to one thread; may be left without reading it to the end. */
    interface Cursor {
        /**
         * The next message as it is retained now, looked for in a bounded number of steps of about a microsecond: a filter
         * like {@code +/+/x} may have to pass a million topics before one matches.
         *
         * @return the message, or null if none was found in so many steps; go on unless {@link #done()}
         */
        @Nullable
        Message next(int stepsMax);

        /** Whether the walk has come to its end. */
        boolean done();

        /** The next message, or null at the end, however many topics are to be passed: never on an event loop. */
        default @Nullable Message next() {
            Message message = null;
            while (message == null && !done()) {
                message = next(Integer.MAX_VALUE);
            }
            return message;
        }
    }
}

package io.wkmq.channel;

import io.wkmq.routing.TopicName;
import org.jspecify.annotations.Nullable;

/** Looks up the channel that captures a topic. Called once per accepted PUBLISH on an event loop: must not block or lock. */
@FunctionalInterface
public interface Channels {
    /** Captures nothing: used by a node without channels. */
    Channels NONE = topic -> null;

    /**
     * Returns the log to which a message on this topic must be appended before it is acknowledged; null if no channel captures the topic.
     */
    @Nullable
    ChannelLog capturing(TopicName topic);
}

package io.wkmq.channel;

import io.wkmq.routing.TopicName;
import org.jspecify.annotations.Nullable;

/** Says which channel captures a topic. Asked once per accepted PUBLISH, on an event loop: must not block or lock. */
@FunctionalInterface
public interface Channels {
    /** A node without channels: no topic is captured. */
    Channels NONE = topic -> null;

    /** The log that a message on this topic must be appended to before it is acknowledged, or null. */
    @Nullable
    ChannelLog capturing(TopicName topic);
}

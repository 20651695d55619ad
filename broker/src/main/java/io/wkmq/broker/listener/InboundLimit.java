package io.wkmq.broker.listener;

/** The part of a client's rate limit that only the connection can count: messages. Called on the channel's event loop. */
@FunctionalInterface
public interface InboundLimit {
    /** Imposes no limit. */
    InboundLimit NONE = () -> {};

    /** Counts a received PUBLISH; reading from the client pauses if it exceeds the listener's limit. */
    void messageReceived();
}

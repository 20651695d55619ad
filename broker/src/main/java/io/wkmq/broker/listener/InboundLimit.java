package io.wkmq.broker.listener;

/** The limit on what one client may send, as far as only the connection can count it. Called on the channel's event loop. */
@FunctionalInterface
public interface InboundLimit {
    /** Counts for nothing. */
    InboundLimit NONE = () -> {};

    /** One PUBLISH has come in. If that is more than the listener allows, the client is not read for a while. */
    void messageReceived();
}

package io.wkmq.session;

/** The state of an inbound QoS 2 flow before its PUBREL: an {@link InboundPublish} being handed over, or one of {@link Accepted}. */
sealed interface InboundFlow permits InboundPublish, InboundFlow.Accepted {
    /** The message was handed over; the flow awaits its PUBREL. */
    enum Accepted implements InboundFlow {
        /** Counts against the current connection's Receive Maximum. */
        COUNTED,
        /** Began on an earlier connection, whose end restored the client's quota. */
        EARLIER
    }
}

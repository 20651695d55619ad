package io.wkmq.session;

/**
 * How far the flow of a QoS 2 PUBLISH from a client is, between PUBLISH and PUBREL: an {@link InboundPublish} that is being
 * handed over, or one of these.
 */
sealed interface InboundFlow permits InboundPublish, InboundFlow.Accepted {
    /** The message was handed over, the flow awaits its PUBREL. */
    enum Accepted implements InboundFlow {
        /** It takes one of the current connection's Receive Maximum. */
        COUNTED,
        /** It was begun on an earlier connection, whose end gave the client its quota back. */
        EARLIER
    }
}

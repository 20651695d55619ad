package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The way from a session to its connected client. Owned by session, implemented by the connection. Every method is called
 * on the thread of the session's shard, returns at once, and writes into a buffer that is flushed at the end of the turn.
 * Writes after the connection has closed are ignored.
 */
public interface ClientLink {
    /**
     * Writes a PUBLISH.
     *
     * @param duplicate the DUP flag: sent on an earlier connection [MQTT-3.3.1-1]
     * @return false if it is larger than the client's Maximum Packet Size and was not sent [MQTT-3.1.2-24]
     */
    boolean publish(Delivery delivery, boolean duplicate);

    /** Writes PUBACK for QoS 1, PUBREC for QoS 2. */
    void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString);

    /** Writes PUBACK or PUBREC of success with where the message is in its channel, as far as the protocol can say that. */
    default void acknowledge(Qos qos, int packetId, Receipt receipt) {
        acknowledge(qos, packetId, ReasonCode.SUCCESS, null);
    }

    /**
     * Passes nothing on that the client sends until {@link #resume}: somebody has more of its messages than they should. What
     * has come and is not passed on is bounded by the link.
     */
    default void pause() {}

    /** Ends a {@link #pause}; what has come meanwhile is passed on behind this call. */
    default void resume() {}

    /** Writes PUBREL. */
    void release(int packetId, ReasonCode reason);

    /** Writes PUBCOMP. */
    void complete(int packetId, ReasonCode reason);

    /** Whether the client reads fast enough: the bytes not yet taken by the socket are below the high water mark. */
    boolean writable();

    /** Ends the connection: DISCONNECT with the reason for MQTT 5, then closes. */
    void close(ReasonCode reason, @Nullable String reasonString);
}

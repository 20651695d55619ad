package io.wkmq.session;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The outbound path from a session to its connected client. Port owned by the session module, implemented by the connection.
 * Every method is called on the thread of the session's shard, returns at once, and writes into a buffer that is flushed at the
 * end of the event loop turn. Writes after the connection has closed are ignored.
 */
public interface ClientLink {
    /**
     * Writes a PUBLISH.
     *
     * @param duplicate the DUP flag: set if it was already sent on an earlier connection [MQTT-3.3.1-1]
     * @return false if the packet exceeds the client's Maximum Packet Size and was not sent [MQTT-3.1.2-24]
     */
    boolean publish(Delivery delivery, boolean duplicate);

    /** Writes a PUBACK for QoS 1, a PUBREC for QoS 2. */
    void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString);

    /** Writes a successful PUBACK or PUBREC that carries the message's position in its channel, if the protocol version permits. */
    default void acknowledge(Qos qos, int packetId, Receipt receipt) {
        acknowledge(qos, packetId, ReasonCode.SUCCESS, null);
    }

    /**
     * Stops passing on the client's packets until {@link #resume}, because messages of this client have piled up elsewhere. The
     * link bounds what it holds back.
     */
    default void pause() {}

    /** Ends a {@link #pause}; packets held back meanwhile are passed on after this call. */
    default void resume() {}

    /** Writes a PUBREL. */
    void release(int packetId, ReasonCode reason);

    /** Writes a PUBCOMP. */
    void complete(int packetId, ReasonCode reason);

    /** Returns whether the client reads fast enough: the bytes not yet taken by the socket are below the high water mark. */
    boolean writable();

    /** Ends the connection: sends a DISCONNECT with the reason (MQTT 5 only), then closes. */
    void close(ReasonCode reason, @Nullable String reasonString);
}

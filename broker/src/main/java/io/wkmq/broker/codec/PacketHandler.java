package io.wkmq.broker.codec;

import io.wkmq.broker.packet.Packet;
import io.wkmq.session.ReasonCode;

/**
 * Takes what {@link MqttDecoder} decodes. Implemented by the connection; every method is called on the channel's event loop
 * and may call the decoder back.
 */
public interface PacketHandler {
    /** That many bytes came in; packets that they complete follow. */
    void received(int bytes);

    /** A valid packet, in the order sent. The decoder keeps no reference to it. */
    void handle(Packet.Inbound packet);

    /**
     * The client broke the protocol. Called at most once, and afterwards nothing is decoded any more. Before CONNECT was
     * accepted the answer is a CONNACK, see {@link PacketEncoder}; later a DISCONNECT; then the connection is closed.
     *
     * @param reason the reason for MQTT 5; {@link PacketEncoder} finds the return code of MQTT 3, if there is one
     * @param why what was wrong, in words that may be shown to the client
     */
    void reject(ReasonCode reason, String why);

    /**
     * All that arrived so far is handled: the time to flush. Called at the end of a burst of reads, and when
     * {@link MqttDecoder#resume()} or {@link MqttDecoder#accepted} outside of one has decoded what was buffered.
     */
    void readComplete();
}

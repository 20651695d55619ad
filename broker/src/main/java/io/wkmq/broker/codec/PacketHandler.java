package io.wkmq.broker.codec;

import io.wkmq.broker.packet.Packet;
import io.wkmq.session.ReasonCode;

/**
 * Receives what {@link MqttDecoder} decodes. Implemented by the connection; every method is called on the channel's event loop
 * and may call back into the decoder.
 */
public interface PacketHandler {
    /** Notes that bytes have arrived; the packets that they complete follow. */
    void received(int bytes);

    /** Handles a valid packet; packets come in the order sent. The decoder keeps no reference to it. */
    void handle(Packet.Inbound packet);

    /**
     * Handles a protocol violation. Called at most once; nothing is decoded afterwards. Before CONNECT is accepted the answer
     * is a CONNACK, see {@link PacketEncoder}; later a DISCONNECT; then the connection is closed.
     *
     * @param reason the reason code of MQTT 5; {@link PacketEncoder} maps it to the return code of MQTT 3, if there is one
     * @param why what was wrong, in words that may be shown to the client
     */
    void reject(ReasonCode reason, String why);

    /**
     * Notes that all input so far is handled, so that output can be flushed. Called at the end of a burst of reads, and when
     * {@link MqttDecoder#resume()} or {@link MqttDecoder#accepted} outside of one has decoded what was buffered.
     */
    void readComplete();
}

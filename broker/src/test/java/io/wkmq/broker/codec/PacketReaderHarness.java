package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.ProtocolVersion;

/** A {@link PacketReader} behind CONNECT, without framing: returns what it reads, or why it fails, as text. */
final class PacketReaderHarness {
    static final int ALIASES = 8;

    private final PacketReader reader;

    PacketReaderHarness(DecoderLimits limits, ProtocolVersion version) {
        reader = new PacketReader(limits);
        String connect = switch (version) {
            case MQTT_3_1 -> Wire.CONNECT_3_1;
            case MQTT_3_1_1 -> Wire.CONNECT_3_1_1;
            case MQTT_5 -> Wire.CONNECT_5;
        };
        ByteBuf bytes = Unpooled.wrappedBuffer(Wire.bytes(connect));
        reader.read(0x10, true, bytes, 2, bytes.writerIndex());
        reader.accepted(ALIASES);
    }

    /** The packet, or the reason it was refused for. */
    String read(int header, ByteBuf in, int start, int end) {
        try {
            return PacketText.of(reader.read(header, true, in, start, end));
        } catch (MqttProtocolException e) {
            return "refused: " + e.reason();
        }
    }
}

package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;

/**
 * A broker's CONNACK.
 *
 * @param sessionPresent whether the broker resumes a session
 * @param reason the return code of MQTT 3 or the reason code of MQTT 5, 0 for success
 * @param receiveMaximum how many unacknowledged QoS 1 and 2 messages the broker accepts
 * @param maximumQos the highest QoS the broker accepts
 * @param topicAliasMax the highest topic alias the broker accepts
 * @param keepAliveSeconds the keep alive the broker asks for, or else ours
 */
record Connack(
        boolean sessionPresent,
        int reason,
        int receiveMaximum,
        int maximumQos,
        int topicAliasMax,
        int keepAliveSeconds) {
    static Connack read(ByteBuf in, int start, int end, boolean mqtt5) {
        int receiveMaximum = 65_535;
        int maximumQos = 2;
        int topicAliasMax = 0;
        int keepAlive = Packets.KEEP_ALIVE_SECONDS;
        ByteBuf packet = in.slice(start, end - start);
        boolean present = packet.readByte() != 0;
        int reason = packet.readUnsignedByte();
        if (mqtt5 && packet.isReadable()) {
            int propertiesEnd = Packets.readVariable(packet);
            propertiesEnd += packet.readerIndex();
            while (packet.readerIndex() < propertiesEnd) {
                int id = packet.readUnsignedByte();
                switch (id) {
                    case 0x21 -> receiveMaximum = packet.readUnsignedShort();
                    case 0x24 -> maximumQos = packet.readUnsignedByte();
                    case 0x22 -> topicAliasMax = packet.readUnsignedShort();
                    case 0x13 -> keepAlive = packet.readUnsignedShort();
                    default -> skip(packet, id);
                }
            }
        }
        return new Connack(present, reason, receiveMaximum, maximumQos, topicAliasMax, keepAlive);
    }

    private static void skip(ByteBuf in, int id) {
        switch (id) {
            case 0x25, 0x28, 0x29, 0x2A -> in.skipBytes(1);
            case 0x11, 0x27 -> in.skipBytes(4);
            case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> in.skipBytes(in.readUnsignedShort());
            case 0x26 -> {
                in.skipBytes(in.readUnsignedShort());
                in.skipBytes(in.readUnsignedShort());
            }
            default -> throw new DecoderException("The broker's CONNACK has the unknown property " + id);
        }
    }
}

package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What all PUBLISH packets of a publisher have in common.
 *
 * @param mqtt5 MQTT 5, else 3.1.1
 * @param qos their QoS
 * @param decorations what they carry beside
 */
record PublishForm(boolean mqtt5, int qos, Decorations decorations) {
    private static final int ALIAS = 1;

    int header() {
        return 0x30 | qos << 1 | (decorations.retain() ? 1 : 0);
    }

    /** The properties with their length; nothing in MQTT 3.1.1. */
    byte[] properties() {
        ByteBuf list = Unpooled.buffer();
        if (decorations.alias()) {
            list.writeByte(0x23).writeShort(ALIAS);
        }
        for (int i = 0; i < decorations.userProperties(); i++) {
            list.writeByte(0x26);
            Packets.text(list, "property-" + i);
            Packets.text(list, "value");
        }
        ByteBuf out = Unpooled.buffer();
        if (mqtt5) {
            Packets.writeVariable(out, list.readableBytes());
            out.writeBytes(list);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}

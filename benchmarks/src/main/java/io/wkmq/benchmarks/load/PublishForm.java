package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The common part of all PUBLISH packets of a publisher.
 *
 * @param mqtt5 whether the version is MQTT 5, otherwise 3.1.1
 * @param qos the QoS
 * @param decorations the optional features
 */
record PublishForm(boolean mqtt5, int qos, Decorations decorations) {
    private static final int ALIAS = 1;

    int header() {
        return 0x30 | qos << 1 | (decorations.retain() ? 1 : 0);
    }

    /** Returns the encoded properties, preceded by their length; empty with MQTT 3.1.1. */
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

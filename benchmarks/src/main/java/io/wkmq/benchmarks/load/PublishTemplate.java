package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A publisher's PUBLISH, of which only packet id and stamp differ from message to message. Immutable. */
final class PublishTemplate {
    private final int qos;
    private final boolean mqtt5;
    private final long stream;
    private final byte[] start;
    private final byte[] filling;

    /**
     * For a publisher's messages.
     *
     * @param filling what follows the stamp in the payload; shared, not copied
     */
    PublishTemplate(boolean mqtt5, int qos, String topic, long stream, byte[] filling) {
        this.mqtt5 = mqtt5;
        this.qos = qos;
        this.stream = stream;
        this.filling = filling;
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        int remaining = 2 + name.length + (qos > 0 ? 2 : 0) + (mqtt5 ? 1 : 0) + Stamp.BYTES + filling.length;
        ByteBuf out = Unpooled.buffer();
        out.writeByte(0x30 | qos << 1);
        Packets.writeVariable(out, remaining);
        out.writeShort(name.length).writeBytes(name);
        start = new byte[out.readableBytes()];
        out.readBytes(start);
    }

    /** The bytes of each packet. */
    int size() {
        return start.length + (qos > 0 ? 2 : 0) + (mqtt5 ? 1 : 0) + Stamp.BYTES + filling.length;
    }

    void write(ByteBuf out, boolean duplicate, int packetId, long sequence, long timeNs) {
        int at = out.writerIndex();
        out.writeBytes(start);
        if (duplicate) {
            out.setByte(at, start[0] | 0x08);
        }
        if (qos > 0) {
            out.writeShort(packetId);
        }
        if (mqtt5) {
            out.writeByte(0);
        }
        Stamp.write(out, stream, sequence, timeNs);
        out.writeBytes(filling);
    }
}

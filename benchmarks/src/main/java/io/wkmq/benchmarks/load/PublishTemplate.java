package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A publisher's PUBLISH to a single topic, in which only packet id and stamp differ between messages. Immutable. */
final class PublishTemplate implements PublishSource {
    private static final byte[] NO_NAME = {};

    private final int qos;
    private final boolean alias;
    private final long stream;
    private final byte[] full;
    private final byte[] brief;
    private final byte[] properties;
    private final byte[] filling;

    /**
     * Creates a template for a publisher's messages.
     *
     * @param filling the payload after the stamp; shared, not copied
     */
    PublishTemplate(PublishForm form, String topic, long stream, byte[] filling) {
        this.qos = form.qos();
        this.alias = form.decorations().alias();
        this.stream = stream;
        this.properties = form.properties();
        this.filling = filling;
        this.full = start(form, topic.getBytes(StandardCharsets.UTF_8));
        this.brief = start(form, NO_NAME);
    }

    private byte[] start(PublishForm form, byte[] name) {
        int remaining = 2 + name.length + (qos > 0 ? 2 : 0) + properties.length + Stamp.BYTES + filling.length;
        ByteBuf out = Unpooled.buffer();
        out.writeByte(form.header());
        Packets.writeVariable(out, remaining);
        out.writeShort(name.length).writeBytes(name);
        byte[] start = new byte[out.readableBytes()];
        out.readBytes(start);
        return start;
    }

    @Override
    public int size() {
        return full.length + (qos > 0 ? 2 : 0) + properties.length + Stamp.BYTES + filling.length;
    }

    @Override
    public void write(ByteBuf out, boolean duplicate, boolean named, int packetId, long sequence, long timeNs) {
        int at = out.writerIndex();
        byte[] start = alias && named ? brief : full;
        out.writeBytes(start);
        if (duplicate) {
            out.setByte(at, start[0] | 0x08);
        }
        if (qos > 0) {
            out.writeShort(packetId);
        }
        out.writeBytes(properties);
        Stamp.write(out, stream, sequence, timeNs);
        out.writeBytes(filling);
    }
}

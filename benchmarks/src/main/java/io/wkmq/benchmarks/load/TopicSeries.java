package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A publisher's PUBLISH packets, each to a different topic. Immutable. */
final class TopicSeries implements PublishSource {
    private static final int TOPIC_BYTES = 64;

    private final PublishForm form;
    private final LongFunction<String> topics;
    private final long stream;
    private final byte[] properties;
    private final byte @Nullable [] filling;

    /**
     * Creates a source for a publisher's messages.
     *
     * @param topics maps a message's number to its topic
     * @param filling the payload after the stamp, shared, not copied; null for an empty payload, even without stamp
     */
    TopicSeries(PublishForm form, LongFunction<String> topics, long stream, byte @Nullable [] filling) {
        this.form = form;
        this.topics = topics;
        this.stream = stream;
        this.properties = form.properties();
        this.filling = filling;
    }

    @Override
    public int size() {
        return TOPIC_BYTES + properties.length + payloadBytes();
    }

    private int payloadBytes() {
        return filling == null ? 0 : Stamp.BYTES + filling.length;
    }

    @Override
    public void write(ByteBuf out, boolean duplicate, boolean named, int packetId, long sequence, long timeNs) {
        byte[] topic = topics.apply(sequence).getBytes(StandardCharsets.UTF_8);
        int qos = form.qos();
        out.writeByte(form.header() | (duplicate ? 0x08 : 0));
        Packets.writeVariable(out, 2 + topic.length + (qos > 0 ? 2 : 0) + properties.length + payloadBytes());
        out.writeShort(topic.length).writeBytes(topic);
        if (qos > 0) {
            out.writeShort(packetId);
        }
        out.writeBytes(properties);
        if (filling != null) {
            Stamp.write(out, stream, sequence, timeNs);
            out.writeBytes(filling);
        }
    }
}

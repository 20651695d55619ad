package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;

/** Builds PUBLISH. */
public final class PublishBuilder extends PacketBuilder<PublishBuilder> {
    private byte[] topic;
    private final byte[] payload;
    private int qos;
    private boolean retain;
    private boolean duplicate;
    private int packetId = -1;

    PublishBuilder(String topic, byte[] payload) {
        super(PacketType.PUBLISH);
        this.topic = topic.getBytes(StandardCharsets.UTF_8);
        this.payload = payload;
    }

    /** Sets QoS 1 or 2 and the packet id. */
    public PublishBuilder qos(int level, int id) {
        qos = level;
        packetId = id;
        return this;
    }

    /** Sets the QoS bits alone, without a packet id. */
    public PublishBuilder qosBits(int bits) {
        qos = bits;
        return this;
    }

    /** Sets RETAIN. */
    public PublishBuilder retain() {
        retain = true;
        return this;
    }

    /** Sets DUP. */
    public PublishBuilder duplicate() {
        duplicate = true;
        return this;
    }

    /** Sets the topic to arbitrary bytes. */
    public PublishBuilder rawTopic(byte... bytes) {
        topic = bytes;
        return this;
    }

    @Override
    int usualFlags() {
        return (duplicate ? 0b1000 : 0) | qos << 1 | (retain ? 1 : 0);
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        out.binary(topic);
        if (packetId >= 0) {
            out.u16(packetId);
        }
        writeProperties(version, out);
        out.raw(payload);
    }
}

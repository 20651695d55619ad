package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The will of a CONNECT: QoS 0, not retained, without properties, until told otherwise. */
public final class WillBuilder {
    private final List<Property> properties = new ArrayList<>();
    private byte[] topic;
    private final byte[] payload;
    private int qos;
    private boolean retain;

    private WillBuilder(String topic, byte[] payload) {
        this.topic = topic.getBytes(StandardCharsets.UTF_8);
        this.payload = payload;
    }

    /** A will for that topic. */
    public static WillBuilder will(String topic, String payload) {
        return new WillBuilder(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets its QoS. */
    public WillBuilder qos(int level) {
        qos = level;
        return this;
    }

    /** Makes it retained. */
    public WillBuilder retain() {
        retain = true;
        return this;
    }

    /** Adds properties. */
    public WillBuilder with(Property... more) {
        properties.addAll(List.of(more));
        return this;
    }

    /** A topic of any bytes. */
    public WillBuilder rawTopic(byte... bytes) {
        topic = bytes;
        return this;
    }

    int connectFlags() {
        return 0x04 | qos << 3 | (retain ? 0x20 : 0);
    }

    void write(MqttVersion version, WireWriter out) {
        if (version.hasProperties()) {
            out.raw(PacketBuilder.encode(properties));
        }
        out.binary(topic).binary(payload);
    }
}

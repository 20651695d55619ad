package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds the will of a CONNECT; by default QoS 0, not retained, without properties. */
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

    /** Creates a will for that topic. */
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

    /** Sets the topic to arbitrary bytes. */
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

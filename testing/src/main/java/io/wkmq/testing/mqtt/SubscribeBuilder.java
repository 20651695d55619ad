package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;

/** Builds SUBSCRIBE. */
public final class SubscribeBuilder extends PacketBuilder<SubscribeBuilder> {
    /** Option bit: do not deliver messages that this client publishes. */
    public static final int NO_LOCAL = 0x04;
    /** Option bit: keep the RETAIN flag as published. */
    public static final int RETAIN_AS_PUBLISHED = 0x08;
    /** Option bits: send retained messages only if the subscription is new. */
    public static final int RETAINED_IF_NEW = 0x10;
    /** Option bits: send no retained messages. */
    public static final int RETAINED_NEVER = 0x20;

    private final int packetId;
    private final WireWriter filters = new WireWriter();

    SubscribeBuilder(int packetId) {
        super(PacketType.SUBSCRIBE);
        this.packetId = packetId;
    }

    /** Adds a filter; {@code options} combines the QoS and the bits above. */
    public SubscribeBuilder filter(String filter, int options) {
        return rawFilter(filter.getBytes(StandardCharsets.UTF_8), options);
    }

    /** Adds a filter of arbitrary bytes. */
    public SubscribeBuilder rawFilter(byte[] filter, int options) {
        filters.binary(filter).u8(options);
        return this;
    }

    @Override
    int usualFlags() {
        return 0b0010;
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        out.u16(packetId);
        writeProperties(version, out);
        out.raw(filters.bytes());
    }
}

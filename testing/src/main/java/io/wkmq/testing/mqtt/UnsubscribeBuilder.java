package io.wkmq.testing.mqtt;

import java.util.List;

/** Builds UNSUBSCRIBE. */
public final class UnsubscribeBuilder extends PacketBuilder<UnsubscribeBuilder> {
    private final int packetId;
    private final WireWriter filters = new WireWriter();

    UnsubscribeBuilder(int packetId, String... filters) {
        super(PacketType.UNSUBSCRIBE);
        this.packetId = packetId;
        List.of(filters).forEach(this.filters::string);
    }

    /** Adds a filter of arbitrary bytes. */
    public UnsubscribeBuilder rawFilter(byte... filter) {
        filters.binary(filter);
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

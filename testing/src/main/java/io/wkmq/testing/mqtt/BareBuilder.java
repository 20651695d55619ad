package io.wkmq.testing.mqtt;

/** A packet without body. */
public final class BareBuilder extends PacketBuilder<BareBuilder> {
    BareBuilder(int type) {
        super(type);
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        // Nothing belongs there.
    }
}

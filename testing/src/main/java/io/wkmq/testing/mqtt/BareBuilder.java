package io.wkmq.testing.mqtt;

/** Builds packets without a body. */
public final class BareBuilder extends PacketBuilder<BareBuilder> {
    BareBuilder(int type) {
        super(type);
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        // there is no body
    }
}

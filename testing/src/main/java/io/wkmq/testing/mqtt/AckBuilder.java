package io.wkmq.testing.mqtt;

/** Builds PUBACK, PUBREC, PUBREL and PUBCOMP. */
public final class AckBuilder extends PacketBuilder<AckBuilder> {
    private final int usualFlags;
    private final int packetId;
    private int code = -1;

    AckBuilder(int type, int packetId) {
        super(type);
        usualFlags = type == PacketType.PUBREL ? 0b0010 : 0;
        this.packetId = packetId;
    }

    /** Sets the reason code. */
    public AckBuilder code(int reason) {
        code = reason;
        return this;
    }

    @Override
    int usualFlags() {
        return usualFlags;
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        out.u16(packetId);
        if (version.hasProperties() && (code >= 0 || hasProperties())) {
            out.u8(Math.max(code, 0));
            if (hasProperties()) {
                writeProperties(version, out);
            }
        }
    }
}

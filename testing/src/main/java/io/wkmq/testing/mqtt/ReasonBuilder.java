package io.wkmq.testing.mqtt;

/** Builds DISCONNECT and AUTH: a reason code and properties. */
public final class ReasonBuilder extends PacketBuilder<ReasonBuilder> {
    private final int code;

    ReasonBuilder(int type, int code) {
        super(type);
        this.code = code;
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        if (version.hasProperties() && (code >= 0 || hasProperties())) {
            out.u8(Math.max(code, 0));
            if (hasProperties()) {
                writeProperties(version, out);
            }
        }
    }
}

package io.wkmq.broker.codec;

import io.wkmq.session.ReasonCode;

/**
 * A client broke the protocol. Thrown through the HiveMQ decoders, hence unchecked; never leaves this package. Has no stack
 * trace: it is the client's fault, and a client must not be able to make us pay for one.
 */
final class MqttProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    MqttProtocolException(ReasonCode reason, String why) {
        super(why, null, false, false);
        this.reason = reason;
    }

    static MqttProtocolException malformed(String why) {
        return new MqttProtocolException(ReasonCode.MALFORMED_PACKET, why);
    }

    static MqttProtocolException protocolError(String why) {
        return new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, why);
    }

    ReasonCode reason() {
        return reason;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}

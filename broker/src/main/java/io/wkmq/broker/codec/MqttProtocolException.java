package io.wkmq.broker.codec;

import io.wkmq.session.ReasonCode;

/**
 * Thrown when a client violates the protocol. Unchecked, because it passes through the HiveMQ decoders; never leaves this
 * package. Has no stack trace, since a client must not be able to make the broker pay for one.
 */
final class MqttProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The text may quote the client; it goes into a log and back to the client. */
    private static final int WHY_LENGTH_MAX = 300;

    private final ReasonCode reason;

    MqttProtocolException(ReasonCode reason, String why) {
        super(why.length() > WHY_LENGTH_MAX ? why.substring(0, WHY_LENGTH_MAX) + "..." : why, null, false, false);
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

package io.wkmq.broker.codec;

import com.hivemq.mqtt.message.reason.Mqtt5ReasonCode;
import io.wkmq.session.ReasonCode;

/** Maps HiveMQ's reason codes to ours. Stateless. */
final class ReasonCodes {
    private static final ReasonCode[] BY_CODE = new ReasonCode[256];

    static {
        for (ReasonCode reason : ReasonCode.values()) {
            BY_CODE[reason.code()] = reason;
        }
    }

    private ReasonCodes() {}

    static ReasonCode of(Mqtt5ReasonCode code) {
        ReasonCode reason = BY_CODE[code.getCode()];
        if (reason == null) {
            throw new IllegalStateException("The reason code " + code + " of the HiveMQ codec is not known");
        }
        return reason;
    }
}

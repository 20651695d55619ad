package io.wkmq.broker.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ReasonBuilder;

/**
 * The enhanced authentication that the broker under test offers for {@link AuthTest}: the client names the method and sends no data, the
 * server sends {@link #CHALLENGE} in AUTH, and the client is accepted if it answers {@link #RESPONSE}; any other answer is refused.
 * Re-authentication uses the same exchange.
 */
final class ChallengeMethod {
    static final String NAME = "WKMQ-TEST-CHALLENGE";
    static final String CHALLENGE = "challenge";
    static final String RESPONSE = "response";

    private ChallengeMethod() {}

    /** AUTH of that code and data. */
    static ReasonBuilder auth(int code, String data) {
        return Packets.auth(code)
                .with(Property.authenticationMethod(NAME), Property.authenticationData(data.getBytes(UTF_8)));
    }
}

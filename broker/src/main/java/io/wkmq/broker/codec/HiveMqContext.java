package io.wkmq.broker.codec;

import com.hivemq.bootstrap.UndefinedClientConnection;
import io.wkmq.broker.packet.ProtocolVersion;
import java.util.Optional;

/**
 * What the HiveMQ codec wants to know about a connection, for the time of one call. It keeps some fifty fields, which is why
 * no connection owns one.
 */
class HiveMqContext extends UndefinedClientConnection {
    /** Without a channel: the codec only hands it to our {@link Verdicts}, which do not look at it. */
    @SuppressWarnings("NullAway")
    HiveMqContext(ProtocolVersion version) {
        super(null, null, null);
        setProtocolVersion(hiveMq(version));
    }

    private static com.hivemq.mqtt.message.ProtocolVersion hiveMq(ProtocolVersion version) {
        return switch (version) {
            case MQTT_3_1 -> com.hivemq.mqtt.message.ProtocolVersion.MQTTv3_1;
            case MQTT_3_1_1 -> com.hivemq.mqtt.message.ProtocolVersion.MQTTv3_1_1;
            case MQTT_5 -> com.hivemq.mqtt.message.ProtocolVersion.MQTTv5;
        };
    }

    /** Asked for when the codec logs. */
    @Override
    public Optional<String> getChannelIP() {
        return Optional.empty();
    }
}

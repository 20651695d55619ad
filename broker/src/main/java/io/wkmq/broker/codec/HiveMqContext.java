package io.wkmq.broker.codec;

import com.hivemq.bootstrap.UndefinedClientConnection;
import io.wkmq.broker.packet.ProtocolVersion;
import java.util.Optional;

/**
 * The connection context that the HiveMQ codec asks for, valid for one call. It has some fifty fields, which is why connections
 * do not own one.
 */
class HiveMqContext extends UndefinedClientConnection {
    /** Creates a context without a channel: the codec only passes it on to our {@link Verdicts}, which ignore it. */
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

    /** Called when the codec logs. */
    @Override
    public Optional<String> getChannelIP() {
        return Optional.empty();
    }
}

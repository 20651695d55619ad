package io.wkmq.broker.connection;

import io.wkmq.broker.config.MqttConfig;
import io.wkmq.broker.packet.Packet;
import io.wkmq.routing.Qos;
import io.wkmq.session.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server limits that CONNACK announces. */
final class Limits {
    private Limits() {}

    /**
     * Returns the effective keep-alive in seconds, 0 for none: the client's, unless the server imposes a shorter one on an MQTT
     * 5 client [MQTT-3.2.2-21].
     */
    static int keepAliveSeconds(MqttConfig mqtt, Packet.Connect connect) {
        int wanted = connect.keepAliveSeconds();
        int most = (int) mqtt.serverKeepalive().toSeconds();
        boolean shortened = connect.version().isMqtt5() && most > 0 && (wanted == 0 || wanted > most);
        return shortened ? most : wanted;
    }

    static Packet.ConnackProperties announce(
            ConnectionServices services,
            Packet.Connect connect,
            String clientId,
            Session session,
            byte @Nullable [] authenticationData) {
        MqttConfig mqtt = services.mqtt();
        String responses = mqtt.responseInformation();
        int keepAlive = keepAliveSeconds(mqtt, connect);
        return new Packet.ConnackProperties(
                session.expirySeconds() == connect.sessionExpirySeconds() ? -1 : session.expirySeconds(),
                mqtt.session().maxAwaitingRel(),
                Qos.EXACTLY_ONCE,
                mqtt.retained().enabled(),
                mqtt.maxPacketBytes(),
                connect.clientId().isEmpty() ? clientId : null,
                mqtt.maxTopicAlias(),
                true,
                true,
                true,
                keepAlive == connect.keepAliveSeconds() ? -1 : keepAlive,
                connect.requestResponseInformation() && !responses.isEmpty() ? responses + clientId : null,
                null,
                connect.authenticationMethod(),
                authenticationData,
                null,
                List.of());
    }
}

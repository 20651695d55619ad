package io.wkmq.broker.clients;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientAutoReconnect;
import java.util.concurrent.TimeUnit;

/** The common part of HiveMQ's clients of both versions. */
final class HiveMq {
    private static final int RECONNECT_MIN_MS = 20;
    private static final int RECONNECT_MAX_MS = 200;

    private HiveMq() {}

    static MqttClientBuilder builder(Address address, Settings settings) {
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(settings.clientId())
                .serverHost(Address.HOST)
                .serverPort(address.port());
        if (address.transport().encrypted()) {
            builder = builder.sslConfig(MqttClientSslConfig.builder()
                    .trustManagerFactory(address.pki().trust())
                    .build());
        }
        if (address.transport().webSocket()) {
            builder = builder.webSocketConfig(
                    MqttWebSocketConfig.builder().serverPath(Address.PATH).build());
        }
        if (settings.reconnects()) {
            builder = builder.automaticReconnect(MqttClientAutoReconnect.builder()
                    .initialDelay(RECONNECT_MIN_MS, TimeUnit.MILLISECONDS)
                    .maxDelay(RECONNECT_MAX_MS, TimeUnit.MILLISECONDS)
                    .build());
        }
        return builder;
    }
}

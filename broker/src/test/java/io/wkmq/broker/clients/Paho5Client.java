package io.wkmq.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.DisconnectedBufferOptions;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Paho's client of MQTT 5. */
final class Paho5Client implements LibraryClient {
    /** Its delays begin with a second and double, up to minutes. */
    private static final int RECONNECT_MAX_MS = 1000;

    private final Address address;
    private final Settings settings;
    private final MqttAsyncClient client;
    private final Inbox inbox = new Inbox();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    Paho5Client(Address address, Settings settings) {
        this.address = address;
        this.settings = settings;
        try {
            client = new MqttAsyncClient(address.uri(), settings.clientId(), new MemoryPersistence());
        } catch (MqttException e) {
            throw new IllegalArgumentException(address + " " + settings, e);
        }
        client.setManualAcks(settings.acknowledgesByHand());
        client.setCallback(new Callback());
        DisconnectedBufferOptions buffer = new DisconnectedBufferOptions();
        buffer.setBufferEnabled(settings.reconnects());
        client.setBufferOpts(buffer);
    }

    @Override
    public boolean connect() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(settings.cleanStart());
        options.setSessionExpiryInterval(settings.sessionStays() ? Settings.SESSION_SECONDS : 0);
        options.setAutomaticReconnect(settings.reconnects());
        options.setMaxReconnectDelay(RECONNECT_MAX_MS);
        options.setTopicAliasMaximum(settings.topicAliasMaximum());
        if (settings.receiveMaximum() > 0) {
            options.setReceiveMaximum(settings.receiveMaximum());
        }
        Letter will = settings.will();
        if (will != null) {
            options.setWill(will.topic(), message(will));
        }
        if (address.transport().encrypted()) {
            options.setSocketFactory(address.sockets());
        }
        return LibraryClient.await(begin(listener -> client.connect(options, null, listener)))
                .getSessionPresent();
    }

    @Override
    public void subscribe(String filter, int qos) {
        IMqttToken granted = LibraryClient.await(begin(listener -> client.subscribe(filter, qos, null, listener)));
        assertThat(granted.getReasonCodes()).containsExactly(qos);
    }

    @Override
    public CompletableFuture<Void> publish(Letter letter) {
        return begin(listener -> client.publish(letter.topic(), message(letter), null, listener))
                .thenApply(done -> null);
    }

    private static MqttMessage message(Letter letter) {
        Letter.Extras extras = letter.extras();
        MqttProperties properties = new MqttProperties();
        String correlation = extras.correlationData();
        if (correlation != null) {
            properties.setCorrelationData(correlation.getBytes(StandardCharsets.UTF_8));
        }
        if (extras.contentType() != null) {
            properties.setContentType(extras.contentType());
        }
        if (extras.responseTopic() != null) {
            properties.setResponseTopic(extras.responseTopic());
        }
        if (extras.expirySeconds() >= 0) {
            properties.setMessageExpiryInterval(extras.expirySeconds());
        }
        List<UserProperty> user = new ArrayList<>();
        for (String property : extras.userProperties()) {
            int equals = property.indexOf('=');
            user.add(new UserProperty(property.substring(0, equals), property.substring(equals + 1)));
        }
        properties.setUserProperties(user);
        return new MqttMessage(
                letter.text().getBytes(StandardCharsets.UTF_8), letter.qos(), letter.retain(), properties);
    }

    private static Letter letter(String topic, MqttMessage message) {
        MqttProperties properties = message.getProperties();
        byte[] correlation = properties.getCorrelationData();
        Letter.Extras extras = new Letter.Extras(
                properties.getUserProperties().stream()
                        .map(property -> property.getKey() + "=" + property.getValue())
                        .toList(),
                properties.getContentType(),
                properties.getResponseTopic(),
                correlation == null ? null : new String(correlation, StandardCharsets.UTF_8),
                Objects.requireNonNullElse(properties.getMessageExpiryInterval(), -1L));
        return new Letter(
                topic,
                new String(message.getPayload(), StandardCharsets.UTF_8),
                message.getQos(),
                message.isRetained(),
                extras);
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public CompletableFuture<Integer> ended() {
        return ended;
    }

    @Override
    public void disconnect() {
        LibraryClient.await(begin(listener -> client.disconnect(0, null, listener, 0, new MqttProperties())));
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                disconnect();
            }
            client.close(true);
        } catch (MqttException e) {
            throw new AssertionError("The client " + settings.clientId() + " cannot be closed", e);
        }
    }

    /** An operation of the library that reports its outcome to a listener. */
    private interface Step {
        void begin(MqttActionListener listener) throws MqttException;
    }

    private static CompletableFuture<IMqttToken> begin(Step step) {
        CompletableFuture<IMqttToken> done = new CompletableFuture<>();
        try {
            step.begin(new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    done.complete(token);
                }

                @Override
                public void onFailure(IMqttToken token, Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
        } catch (MqttException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    private final class Callback implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            inbox.add(letter(topic, message), () -> acknowledge(message));
        }

        private void acknowledge(MqttMessage message) {
            try {
                client.messageArrivedComplete(message.getId(), message.getQos());
            } catch (MqttException e) {
                throw new AssertionError("Message " + message.getId() + " cannot be acknowledged", e);
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            ended.complete(response.getException() == null ? response.getReturnCode() : NOTHING_SAID);
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            // what was asked for fails too
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // the listener of its publish knows
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // the listener of connect knows
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // no test authenticates like that
        }
    }
}

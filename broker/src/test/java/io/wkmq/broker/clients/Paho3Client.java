package io.wkmq.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.client.mqttv3.DisconnectedBufferOptions;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Paho's client of MQTT 3.1 and 3.1.1. */
final class Paho3Client implements LibraryClient {
    /** Its delays begin with a second and double, up to minutes. */
    private static final int RECONNECT_MAX_MS = 1000;

    private final Address address;
    private final Settings settings;
    private final int version;
    private final MqttAsyncClient client;
    private final Inbox inbox = new Inbox();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Paho3Client(Address address, Settings settings, int version) {
        this.address = address;
        this.settings = settings;
        this.version = version;
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

    static LibraryClient mqtt31(Address address, Settings settings) {
        return new Paho3Client(address, settings, MqttConnectOptions.MQTT_VERSION_3_1);
    }

    static LibraryClient mqtt311(Address address, Settings settings) {
        return new Paho3Client(address, settings, MqttConnectOptions.MQTT_VERSION_3_1_1);
    }

    @Override
    public boolean connect() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(version);
        options.setCleanSession(settings.cleanStart());
        options.setMaxInflight(1000);
        options.setAutomaticReconnect(settings.reconnects());
        options.setMaxReconnectDelay(RECONNECT_MAX_MS);
        Letter will = settings.will();
        if (will != null) {
            options.setWill(will.topic(), bytes(will), will.qos(), will.retain());
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
        assertThat(granted.getGrantedQos()).containsExactly(qos);
    }

    @Override
    public CompletableFuture<Void> publish(Letter letter) {
        return begin(listener ->
                        client.publish(letter.topic(), bytes(letter), letter.qos(), letter.retain(), null, listener))
                .thenApply(done -> null);
    }

    private static byte[] bytes(Letter letter) {
        return letter.text().getBytes(StandardCharsets.UTF_8);
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
        LibraryClient.await(begin(listener -> client.disconnect(0, null, listener)));
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
        void begin(IMqttActionListener listener) throws MqttException;
    }

    private static CompletableFuture<IMqttToken> begin(Step step) {
        CompletableFuture<IMqttToken> done = new CompletableFuture<>();
        try {
            step.begin(new IMqttActionListener() {
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
        public void connectionLost(Throwable cause) {
            ended.complete(NOTHING_SAID);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            Letter letter = new Letter(
                    topic,
                    new String(message.getPayload(), StandardCharsets.UTF_8),
                    message.getQos(),
                    message.isRetained(),
                    Letter.Extras.NONE);
            inbox.add(letter, () -> acknowledge(message));
        }

        private void acknowledge(MqttMessage message) {
            try {
                client.messageArrivedComplete(message.getId(), message.getQos());
            } catch (MqttException e) {
                throw new AssertionError("Message " + message.getId() + " cannot be acknowledged", e);
            }
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // the listener of its publish knows
        }
    }
}

package io.wkmq.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAckReturnCode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** HiveMQ's client, using MQTT 3.1.1. */
final class HiveMq3Client implements LibraryClient {
    private final Settings settings;
    private final Mqtt3AsyncClient client;
    private final Inbox inbox = new Inbox();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    HiveMq3Client(Address address, Settings settings) {
        this.settings = settings;
        this.client = HiveMq.builder(address, settings)
                .useMqttVersion3()
                .addDisconnectedListener(context -> {
                    if (context.getSource() != MqttDisconnectSource.USER) {
                        ended.complete(NOTHING_SAID);
                    }
                })
                .buildAsync();
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                publish -> inbox.add(letter(publish), publish::acknowledge),
                settings.acknowledgesByHand());
    }

    private static Letter letter(Mqtt3Publish publish) {
        return new Letter(
                publish.getTopic().toString(),
                new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8),
                publish.getQos().getCode(),
                publish.isRetain(),
                Letter.Extras.NONE);
    }

    private static Mqtt3Publish publication(Letter letter) {
        return Mqtt3Publish.builder()
                .topic(letter.topic())
                .qos(qos(letter.qos()))
                .retain(letter.retain())
                .payload(letter.text().getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    @Override
    public boolean connect() {
        Mqtt3ConnectBuilder connect = Mqtt3Connect.builder().cleanSession(settings.cleanStart());
        Letter will = settings.will();
        if (will != null) {
            connect = connect.willPublish(publication(will));
        }
        return LibraryClient.await(client.connect(connect.build())).isSessionPresent();
    }

    @Override
    public void subscribe(String filter, int qos) {
        assertThat(LibraryClient.await(client.subscribeWith()
                                .topicFilter(filter)
                                .qos(qos(qos))
                                .send())
                        .getReturnCodes())
                .containsExactly(Mqtt3SubAckReturnCode.fromCode(qos));
    }

    @Override
    public CompletableFuture<Void> publish(Letter letter) {
        return client.publish(publication(letter)).thenApply(done -> null);
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
        LibraryClient.await(client.disconnect());
    }

    @Override
    public void close() {
        // Its failure says that there is no connection.
        client.disconnect().handle((done, failure) -> null).join();
    }
}

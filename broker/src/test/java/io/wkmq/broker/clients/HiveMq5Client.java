package io.wkmq.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictionsBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** HiveMQ's client, using MQTT 5. */
final class HiveMq5Client implements LibraryClient {
    private final Settings settings;
    private final Mqtt5AsyncClient client;
    private final Inbox inbox = new Inbox();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    HiveMq5Client(Address address, Settings settings) {
        this.settings = settings;
        this.client = HiveMq.builder(address, settings)
                .useMqttVersion5()
                .addDisconnectedListener(context -> {
                    if (context.getSource() != MqttDisconnectSource.USER) {
                        ended.complete(reason(context.getSource(), context.getCause()));
                    }
                })
                .buildAsync();
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                publish -> inbox.add(letter(publish), publish::acknowledge),
                settings.acknowledgesByHand());
    }

    private static int reason(MqttDisconnectSource source, Throwable cause) {
        return source == MqttDisconnectSource.SERVER && cause instanceof Mqtt5DisconnectException said
                ? said.getMqttMessage().getReasonCode().getCode()
                : NOTHING_SAID;
    }

    private static Letter letter(Mqtt5Publish publish) {
        Letter.Extras extras = new Letter.Extras(
                publish.getUserProperties().asList().stream()
                        .map(property -> property.getName() + "=" + property.getValue())
                        .toList(),
                publish.getContentType().map(Object::toString).orElse(null),
                publish.getResponseTopic().map(Object::toString).orElse(null),
                publish.getCorrelationData()
                        .map(data -> StandardCharsets.UTF_8.decode(data).toString())
                        .orElse(null),
                publish.getMessageExpiryInterval().orElse(-1));
        return new Letter(
                publish.getTopic().toString(),
                new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8),
                publish.getQos().getCode(),
                publish.isRetain(),
                extras);
    }

    private static Mqtt5Publish publication(Letter letter) {
        Letter.Extras extras = letter.extras();
        String correlation = extras.correlationData();
        Mqtt5PublishBuilder.Complete builder = Mqtt5Publish.builder()
                .topic(letter.topic())
                .qos(qos(letter.qos()))
                .retain(letter.retain())
                .payload(letter.text().getBytes(StandardCharsets.UTF_8))
                .contentType(extras.contentType())
                .responseTopic(extras.responseTopic())
                .correlationData(correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8));
        if (extras.expirySeconds() >= 0) {
            builder = builder.messageExpiryInterval(extras.expirySeconds());
        }
        for (String property : extras.userProperties()) {
            int equals = property.indexOf('=');
            builder = builder.userProperties()
                    .add(property.substring(0, equals), property.substring(equals + 1))
                    .applyUserProperties();
        }
        return builder.build();
    }

    private static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    @Override
    public boolean connect() {
        Mqtt5ConnectBuilder connect = Mqtt5Connect.builder()
                .cleanStart(settings.cleanStart())
                .sessionExpiryInterval(settings.sessionStays() ? Settings.SESSION_SECONDS : 0)
                .restrictions(restrictions());
        Letter will = settings.will();
        if (will != null) {
            connect = connect.willPublish(publication(will));
        }
        return LibraryClient.await(client.connect(connect.build())).isSessionPresent();
    }

    private Mqtt5ConnectRestrictions restrictions() {
        Mqtt5ConnectRestrictionsBuilder builder = Mqtt5ConnectRestrictions.builder()
                .topicAliasMaximum(settings.topicAliasMaximum())
                .sendTopicAliasMaximum(settings.topicAliasMaximum());
        if (settings.receiveMaximum() > 0) {
            builder = builder.receiveMaximum(settings.receiveMaximum());
        }
        return builder.build();
    }

    @Override
    public void subscribe(String filter, int qos) {
        assertThat(LibraryClient.await(client.subscribeWith()
                                .topicFilter(filter)
                                .qos(qos(qos))
                                .send())
                        .getReasonCodes())
                .containsExactly(Mqtt5SubAckReasonCode.fromCode(qos));
    }

    @Override
    public CompletableFuture<Void> publish(Letter letter) {
        return client.publish(publication(letter))
                .thenAccept(result -> assertThat(result.getError()).isEmpty());
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

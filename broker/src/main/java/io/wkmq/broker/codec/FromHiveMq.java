package io.wkmq.broker.codec;

import com.hivemq.codec.encoder.mqtt5.Mqtt5PayloadFormatIndicator;
import com.hivemq.mqtt.message.Message;
import com.hivemq.mqtt.message.PINGREQ;
import com.hivemq.mqtt.message.auth.AUTH;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.mqtt.message.connect.MqttWillPublish;
import com.hivemq.mqtt.message.disconnect.DISCONNECT;
import com.hivemq.mqtt.message.mqtt5.Mqtt5RetainHandling;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.mqtt5.MqttUserProperty;
import com.hivemq.mqtt.message.puback.PUBACK;
import com.hivemq.mqtt.message.pubcomp.PUBCOMP;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.pubrec.PUBREC;
import com.hivemq.mqtt.message.pubrel.PUBREL;
import com.hivemq.mqtt.message.subscribe.SUBSCRIBE;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.message.unsubscribe.UNSUBSCRIBE;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import io.wkmq.session.Will;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts HiveMQ's messages to packets and checks what the HiveMQ decoders do not. One per connection. */
final class FromHiveMq {
    private static final long FOUR_BYTES_MAX = 0xFFFF_FFFFL;

    private final DecoderLimits limits;
    private final TopicCache topics;

    FromHiveMq(DecoderLimits limits, TopicCache topics) {
        this.limits = limits;
        this.topics = topics;
    }

    Packet.Connect connect(ProtocolVersion version, CONNECT message, boolean idAssigned) {
        String clientId = idAssigned ? "" : MqttText.name(message.getClientIdentifier(), "client id");
        if (clientId.length() > limits.maxClientIdLength()) {
            throw new MqttProtocolException(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "The client id has " + clientId.length() + " characters; at most " + limits.maxClientIdLength()
                            + " are allowed");
        }
        MqttWillPublish will = message.getWillPublish();
        String userName = message.getUsername();
        String method = message.getAuthMethod();
        boolean mqtt5 = version.isMqtt5();
        return new Packet.Connect(
                version,
                clientId,
                message.isCleanStart(),
                message.getKeepAlive(),
                message.getSessionExpiryInterval(),
                mqtt5 ? message.getReceiveMaximum() : 65_535,
                mqtt5 && message.getMaximumPacketSize() < DecoderLimits.LARGEST_PACKET
                        ? message.getMaximumPacketSize()
                        : -1,
                mqtt5 ? message.getTopicAliasMaximum() : 0,
                mqtt5 && message.isResponseInformationRequested(),
                !mqtt5 || message.isProblemInformationRequested(),
                userName == null ? null : MqttText.name(userName, "user name"),
                message.getPassword(),
                method == null ? null : MqttText.name(method, "authentication method"),
                message.getAuthData(),
                mqtt5 ? userProperties(message.getUserProperties()) : List.of(),
                will == null ? null : will(will, mqtt5));
    }

    private Will will(MqttWillPublish will, boolean mqtt5) {
        byte[] payload = will.getPayload() == null ? MqttText.EMPTY : will.getPayload();
        MessageProperties properties = mqtt5
                ? properties(
                        will.getPayloadFormatIndicator(),
                        will.getContentType(),
                        will.getResponseTopic(),
                        will.getCorrelationData(),
                        will.getUserProperties())
                : MessageProperties.NONE;
        requireFormat(properties, payload);
        return new Will(
                TopicCache.parse(will.getTopic()),
                payload,
                Qos.of(will.getQos().getQosNumber()),
                will.isRetain(),
                properties,
                mqtt5 ? expiry(will.getMessageExpiryInterval()) : -1,
                mqtt5 ? will.getDelayInterval() : 0);
    }

    Packet.Inbound packet(Message message, @Nullable String authenticationMethod) {
        if (message instanceof PUBLISH publish) {
            return publish(publish);
        }
        if (message instanceof PUBACK ack) {
            return new Packet.Puback(
                    id(ack.getPacketIdentifier()), ReasonCodes.of(ack.getReasonCode()), ack.getReasonString());
        }
        if (message instanceof PUBREC ack) {
            return new Packet.Pubrec(
                    id(ack.getPacketIdentifier()), ReasonCodes.of(ack.getReasonCode()), ack.getReasonString());
        }
        if (message instanceof PUBREL release) {
            return new Packet.Pubrel(id(release.getPacketIdentifier()), ReasonCodes.of(release.getReasonCode()));
        }
        if (message instanceof PUBCOMP complete) {
            return new Packet.Pubcomp(id(complete.getPacketIdentifier()), ReasonCodes.of(complete.getReasonCode()));
        }
        if (message instanceof SUBSCRIBE subscribe) {
            return subscribe(subscribe);
        }
        if (message instanceof UNSUBSCRIBE unsubscribe) {
            return unsubscribe(unsubscribe);
        }
        if (message instanceof PINGREQ) {
            return new Packet.Pingreq();
        }
        if (message instanceof DISCONNECT disconnect) {
            return disconnect(disconnect);
        }
        if (message instanceof AUTH auth) {
            return auth(auth, authenticationMethod);
        }
        throw new IllegalStateException("The HiveMQ codec decoded a " + message.getType() + "; no client sends it");
    }

    private Packet.Publish publish(PUBLISH message) {
        byte[] payload = message.getPayload() == null ? MqttText.EMPTY : message.getPayload();
        MessageProperties properties = properties(
                message.getPayloadFormatIndicator(),
                message.getContentType(),
                message.getResponseTopic(),
                message.getCorrelationData(),
                message.getUserProperties());
        requireFormat(properties, payload);
        return new Packet.Publish(
                topics.name(message.getTopic()),
                payload,
                Qos.of(message.getQoS().getQosNumber()),
                message.isRetain(),
                message.isDuplicateDelivery(),
                message.getPacketIdentifier(),
                properties,
                expiry(message.getMessageExpiryInterval()));
    }

    private static Packet.Subscribe subscribe(SUBSCRIBE message) {
        List<Packet.Subscribe.Entry> entries =
                new ArrayList<>(message.getTopics().size());
        for (Topic topic : message.getTopics()) {
            Integer identifier = topic.getSubscriptionIdentifier();
            entries.add(new Packet.Subscribe.Entry(
                    MqttText.name(topic.getTopic(), "topic filter"),
                    SubscriptionOptions.of(
                            Qos.of(topic.getQoS().getQosNumber()),
                            topic.isNoLocal(),
                            topic.isRetainAsPublished(),
                            retainHandling(topic.getRetainHandling()),
                            identifier == null ? 0 : identifier)));
        }
        return new Packet.Subscribe(
                id(message.getPacketIdentifier()), List.copyOf(entries), userProperties(message.getUserProperties()));
    }

    private static RetainHandling retainHandling(Mqtt5RetainHandling handling) {
        return switch (handling) {
            case SEND -> RetainHandling.SEND;
            case SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST -> RetainHandling.SEND_IF_NEW;
            case DO_NOT_SEND -> RetainHandling.DO_NOT_SEND;
        };
    }

    private static Packet.Unsubscribe unsubscribe(UNSUBSCRIBE message) {
        for (String filter : message.getTopics()) {
            MqttText.name(filter, "topic filter");
        }
        return new Packet.Unsubscribe(
                id(message.getPacketIdentifier()),
                List.copyOf(message.getTopics()),
                userProperties(message.getUserProperties()));
    }

    private static Packet.Disconnect disconnect(DISCONNECT message) {
        if (message.getServerReference() != null) {
            throw MqttProtocolException.protocolError(
                    "A client's DISCONNECT has a server reference; only the server's may (3.14.2.2.5)");
        }
        long expiry = message.getSessionExpiryInterval();
        return new Packet.Disconnect(
                ReasonCodes.of(message.getReasonCode()),
                expiry == DISCONNECT.SESSION_EXPIRY_NOT_SET ? -1 : expiry,
                message.getReasonString(),
                null);
    }

    private static Packet.Auth auth(AUTH message, @Nullable String authenticationMethod) {
        ReasonCode reason = ReasonCodes.of(message.getReasonCode());
        if (authenticationMethod == null) {
            throw MqttProtocolException.protocolError(
                    "AUTH came, but CONNECT named no authentication method [MQTT-4.12.0-6]");
        }
        if (reason == ReasonCode.SUCCESS) {
            throw MqttProtocolException.protocolError(
                    "A client's AUTH has the reason 0x00; expected 0x18 or 0x19 (3.15.2.1)");
        }
        if (!authenticationMethod.equals(message.getAuthMethod())) {
            throw new MqttProtocolException(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "AUTH names another authentication method than CONNECT [MQTT-4.12.0-5]");
        }
        return new Packet.Auth(
                reason,
                authenticationMethod,
                message.getAuthData(),
                message.getReasonString(),
                userProperties(message.getUserProperties()));
    }

    private static int id(int packetId) {
        if (packetId == 0) {
            throw MqttProtocolException.protocolError("The packet id is 0 [MQTT-2.2.1-3]");
        }
        return packetId;
    }

    /** Converts an expiry; values that exceed four bytes are HiveMQ's markers for an absent one. */
    private static long expiry(long seconds) {
        return seconds > FOUR_BYTES_MAX ? -1 : seconds;
    }

    @SuppressWarnings("NullAway") // NullAway does not see that the constructor's array may be null
    private static MessageProperties properties(
            @Nullable Mqtt5PayloadFormatIndicator format,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            Mqtt5UserProperties userProperties) {
        boolean utf8 = format == Mqtt5PayloadFormatIndicator.UTF_8;
        List<UserProperty> ours = userProperties(userProperties);
        if (!utf8 && contentType == null && responseTopic == null && correlationData == null && ours.isEmpty()) {
            return MessageProperties.NONE;
        }
        return new MessageProperties(
                utf8,
                contentType,
                responseTopic == null ? null : MqttText.name(responseTopic, "response topic"),
                correlationData,
                ours);
    }

    private static List<UserProperty> userProperties(Mqtt5UserProperties properties) {
        if (properties.asList().isEmpty()) {
            return List.of();
        }
        List<UserProperty> ours = new ArrayList<>(properties.asList().size());
        for (MqttUserProperty property : properties.asList()) {
            ours.add(new UserProperty(property.getName(), property.getValue()));
        }
        return List.copyOf(ours);
    }

    /** Checks a payload that is declared to be UTF-8, if configured. */
    void requireFormat(MessageProperties properties, byte[] payload) {
        if (limits.payloadFormatChecked()
                && properties.payloadIsUtf8()
                && !ByteBufUtil.isText(Unpooled.wrappedBuffer(payload), StandardCharsets.UTF_8)) {
            throw new MqttProtocolException(
                    ReasonCode.PAYLOAD_FORMAT_INVALID, "The payload is declared to be UTF-8 but is not (3.3.2.3.2)");
        }
    }
}

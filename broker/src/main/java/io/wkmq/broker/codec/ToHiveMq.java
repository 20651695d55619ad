package io.wkmq.broker.codec;

import com.google.common.collect.ImmutableList;
import com.hivemq.mqtt.message.Message;
import com.hivemq.mqtt.message.PINGRESP;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.auth.AUTH;
import com.hivemq.mqtt.message.connack.CONNACK;
import com.hivemq.mqtt.message.connack.CONNACKBuilder;
import com.hivemq.mqtt.message.disconnect.DISCONNECT;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.mqtt5.MqttUserProperty;
import com.hivemq.mqtt.message.puback.PUBACK;
import com.hivemq.mqtt.message.pubcomp.PUBCOMP;
import com.hivemq.mqtt.message.pubrec.PUBREC;
import com.hivemq.mqtt.message.pubrel.PUBREL;
import com.hivemq.mqtt.message.reason.Mqtt5AuthReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5ConnAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5DisconnectReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubCompReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubRecReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubRelReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5SubAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5UnsubAckReasonCode;
import com.hivemq.mqtt.message.suback.SUBACK;
import com.hivemq.mqtt.message.unsuback.UNSUBACK;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Converts packets to HiveMQ's messages. Stateless. */
final class ToHiveMq {
    private static final Mqtt5UserProperties NONE = Mqtt5UserProperties.NO_USER_PROPERTIES;

    private ToHiveMq() {}

    /** Returns the message, or null if the version has no such packet. */
    static @Nullable Message message(Packet.Outbound packet, ProtocolVersion version) {
        if (packet instanceof Packet.Connack connack) {
            return version.isMqtt5() ? connack5(connack) : connack3(connack);
        }
        if (packet instanceof Packet.Puback ack) {
            Mqtt5PubAckReasonCode code =
                    code(ack.reason(), Mqtt5PubAckReasonCode::fromCode, Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR);
            return new PUBACK(ack.packetId(), code, ack.reasonString(), userProperties(ack.userProperties()));
        }
        if (packet instanceof Packet.Pubrec ack) {
            Mqtt5PubRecReasonCode code =
                    code(ack.reason(), Mqtt5PubRecReasonCode::fromCode, Mqtt5PubRecReasonCode.UNSPECIFIED_ERROR);
            return new PUBREC(ack.packetId(), code, ack.reasonString(), userProperties(ack.userProperties()));
        }
        if (packet instanceof Packet.Pubrel release) {
            Mqtt5PubRelReasonCode code = code(
                    release.reason(),
                    Mqtt5PubRelReasonCode::fromCode,
                    Mqtt5PubRelReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return new PUBREL(release.packetId(), code, null, NONE);
        }
        if (packet instanceof Packet.Pubcomp complete) {
            Mqtt5PubCompReasonCode code = code(
                    complete.reason(),
                    Mqtt5PubCompReasonCode::fromCode,
                    Mqtt5PubCompReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return new PUBCOMP(complete.packetId(), code, null, NONE);
        }
        if (packet instanceof Packet.Suback suback) {
            return suback(suback);
        }
        if (packet instanceof Packet.Unsuback unsuback) {
            return unsuback(unsuback);
        }
        if (packet instanceof Packet.Disconnect disconnect) {
            return version.isMqtt5() ? disconnect(disconnect) : null;
        }
        if (packet instanceof Packet.Auth auth) {
            return version.isMqtt5() ? auth(auth) : null;
        }
        return PINGRESP.INSTANCE;
    }

    private static CONNACK connack5(Packet.Connack connack) {
        Packet.ConnackProperties properties = connack.properties();
        CONNACKBuilder builder = CONNACK.builder()
                .withReasonCode(connackCode(connack.reason()))
                .withSessionPresent(connack.sessionPresent())
                .withReceiveMaximum(properties.receiveMaximum())
                .withRetainAvailable(properties.retainAvailable())
                .withAssignedClientIdentifier(properties.assignedClientId())
                .withTopicAliasMaximum(properties.topicAliasMaximum())
                .withWildcardSubscriptionAvailable(properties.wildcardAvailable())
                .withSubscriptionIdentifierAvailable(properties.subscriptionIdentifiersAvailable())
                .withSharedSubscriptionAvailable(properties.sharedAvailable())
                .withServerKeepAlive(properties.serverKeepAliveSeconds())
                .withResponseInformation(properties.responseInformation())
                .withServerReference(properties.serverReference())
                .withAuthMethod(properties.authenticationMethod())
                .withAuthData(properties.authenticationData())
                .withReasonString(properties.reasonString())
                .withUserProperties(userProperties(properties.userProperties()));
        if (properties.sessionExpirySeconds() >= 0) {
            builder.withSessionExpiryInterval(properties.sessionExpirySeconds());
        }
        if (properties.maximumQos() != Qos.EXACTLY_ONCE) { // 2 must not be written (3.2.2.3.4)
            builder.withMaximumQoS(QoS.valueOf(properties.maximumQos().code()));
        }
        if (properties.maximumPacketSize() >= 0 && properties.maximumPacketSize() < DecoderLimits.LARGEST_PACKET) {
            builder.withMaximumPacketSize((int) properties.maximumPacketSize());
        }
        return builder.build();
    }

    private static Mqtt5ConnAckReasonCode connackCode(ReasonCode reason) {
        return reason == ReasonCode.SERVER_SHUTTING_DOWN
                ? Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE // 0x8B exists only in DISCONNECT
                : code(reason, Mqtt5ConnAckReasonCode::fromCode, Mqtt5ConnAckReasonCode.UNSPECIFIED_ERROR);
    }

    /** Returns a CONNACK from whose reason HiveMQ derives the MQTT 3 return code; null if the connection is closed without one. */
    private static @Nullable CONNACK connack3(Packet.Connack connack) {
        Mqtt5ConnAckReasonCode code = switch (connack.reason()) {
            case SUCCESS -> Mqtt5ConnAckReasonCode.SUCCESS;
            case UNSUPPORTED_PROTOCOL_VERSION -> Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case CLIENT_IDENTIFIER_NOT_VALID -> Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case BAD_USER_NAME_OR_PASSWORD -> Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> Mqtt5ConnAckReasonCode.NOT_AUTHORIZED;
            case SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    SERVER_SHUTTING_DOWN,
                    QUOTA_EXCEEDED,
                    CONNECTION_RATE_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR -> Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE;
            default -> null;
        };
        return code == null
                ? null
                : CONNACK.builder()
                        .withReasonCode(code)
                        .withSessionPresent(connack.sessionPresent())
                        .build();
    }

    private static SUBACK suback(Packet.Suback suback) {
        ImmutableList.Builder<Mqtt5SubAckReasonCode> codes = ImmutableList.builder();
        for (ReasonCode reason : suback.reasons()) {
            codes.add(code(reason, Mqtt5SubAckReasonCode::fromCode, Mqtt5SubAckReasonCode.UNSPECIFIED_ERROR));
        }
        return new SUBACK(suback.packetId(), codes.build(), suback.reasonString(), NONE);
    }

    private static UNSUBACK unsuback(Packet.Unsuback unsuback) {
        ImmutableList.Builder<Mqtt5UnsubAckReasonCode> codes = ImmutableList.builder();
        for (ReasonCode reason : unsuback.reasons()) {
            codes.add(code(reason, Mqtt5UnsubAckReasonCode::fromCode, Mqtt5UnsubAckReasonCode.UNSPECIFIED_ERROR));
        }
        return new UNSUBACK(unsuback.packetId(), codes.build(), unsuback.reasonString(), NONE);
    }

    private static DISCONNECT disconnect(Packet.Disconnect disconnect) {
        return new DISCONNECT(
                code(
                        disconnect.reason(),
                        Mqtt5DisconnectReasonCode::fromCode,
                        Mqtt5DisconnectReasonCode.UNSPECIFIED_ERROR),
                disconnect.reasonString(),
                NONE,
                disconnect.serverReference(),
                DISCONNECT.SESSION_EXPIRY_NOT_SET); // the server must not send one [MQTT-3.14.2-2]
    }

    @SuppressWarnings("NullAway") // the data is nullable according to HiveMQ's own annotation
    private static AUTH auth(Packet.Auth auth) {
        Mqtt5AuthReasonCode code = Mqtt5AuthReasonCode.fromCode(auth.reason().code());
        if (code == null) {
            throw new IllegalArgumentException(
                    "AUTH has the reason " + auth.reason() + "; expected 0x00, 0x18 or 0x19");
        }
        return new AUTH(auth.method(), auth.data(), code, userProperties(auth.userProperties()), auth.reasonString());
    }

    /** Returns the packet's code for the reason; an error that the packet does not have becomes {@code otherError}. */
    private static <C> C code(ReasonCode reason, IntFunction<@Nullable C> byCode, C otherError) {
        C code = byCode.apply(reason.code());
        if (code != null) {
            return code;
        }
        if (!reason.error()) {
            throw new IllegalArgumentException(
                    "The reason " + reason + " does not exist for this packet, see " + otherError.getClass());
        }
        return otherError;
    }

    private static Mqtt5UserProperties userProperties(List<UserProperty> properties) {
        if (properties.isEmpty()) {
            return NONE;
        }
        ImmutableList.Builder<MqttUserProperty> theirs = ImmutableList.builder();
        for (UserProperty property : properties) {
            theirs.add(MqttUserProperty.of(property.name(), property.value()));
        }
        return Mqtt5UserProperties.of(theirs.build());
    }
}

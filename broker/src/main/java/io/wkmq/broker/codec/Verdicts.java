package io.wkmq.broker.codec;

import com.hivemq.mqtt.handler.connack.MqttConnacker;
import com.hivemq.mqtt.handler.disconnect.MqttServerDisconnector;
import com.hivemq.mqtt.message.connack.CONNACK;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.reason.Mqtt5ConnAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5DisconnectReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5ReasonCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.wkmq.session.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Converts the HiveMQ decoders' requests to disconnect to an {@link MqttProtocolException}. After such a request the decoders
 * would only clean up and return null, so the exception may pass through them; nothing is written to a channel. Stateless.
 */
final class Verdicts implements MqttServerDisconnector, MqttConnacker {
    @Override
    public void disconnect(
            @Nullable Channel channel,
            @Nullable String logMessage,
            @Nullable String eventLogMessage,
            @Nullable Mqtt5DisconnectReasonCode reasonCode,
            @Nullable String reasonString,
            Mqtt5UserProperties userProperties,
            boolean isAuthentication,
            boolean forceClose) {
        throw verdict(reasonCode, reasonString, eventLogMessage);
    }

    @Override
    public void connackError(
            @Nullable Channel channel,
            @Nullable String logMessage,
            @Nullable String eventLogMessage,
            @Nullable Mqtt5ConnAckReasonCode reasonCode,
            @Nullable String reasonString) {
        throw verdict(reasonCode, reasonString, eventLogMessage);
    }

    @Override
    public void connackError(
            @Nullable Channel channel,
            @Nullable String logMessage,
            @Nullable String eventLogMessage,
            @Nullable Mqtt5ConnAckReasonCode reasonCode,
            @Nullable String reasonString,
            Mqtt5UserProperties userProperties,
            boolean isAuthentication) {
        throw verdict(reasonCode, reasonString, eventLogMessage);
    }

    @Override
    public ChannelFuture connackSuccess(ChannelHandlerContext ctx, CONNACK connack, CONNECT connect) {
        throw new IllegalStateException("A decoder of the HiveMQ codec accepted a CONNECT; only the connection may");
    }

    private static MqttProtocolException verdict(
            @Nullable Mqtt5ReasonCode code, @Nullable String reasonString, @Nullable String eventLogMessage) {
        ReasonCode reason = code == null ? ReasonCode.PROTOCOL_ERROR : ReasonCodes.of(code);
        String why = reasonString != null ? reasonString : eventLogMessage;
        return new MqttProtocolException(reason, why != null ? why : "The packet is not valid");
    }
}

package io.wkmq.broker.codec;

import com.hivemq.bootstrap.ClientConnectionContext;
import com.hivemq.codec.decoder.MqttConnectDecoder;
import com.hivemq.codec.decoder.MqttDecoder;
import com.hivemq.codec.decoder.MqttDecoders;
import com.hivemq.codec.decoder.MqttPingreqDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3DisconnectDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3PubackDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3PubcompDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3PublishDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3PubrecDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3PubrelDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3SubscribeDecoder;
import com.hivemq.codec.decoder.mqtt3.Mqtt3UnsubscribeDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5AuthDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5DisconnectDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5PubackDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5PubcompDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5PublishDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5PubrecDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5PubrelDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5SubscribeDecoder;
import com.hivemq.codec.decoder.mqtt5.Mqtt5UnsubscribeDecoder;
import com.hivemq.configuration.HivemqId;
import com.hivemq.configuration.service.FullConfigurationService;
import com.hivemq.configuration.service.impl.ConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.MqttConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.RestrictionsConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.SecurityConfigurationServiceImpl;
import com.hivemq.limitation.TopicAliasLimiter;
import com.hivemq.mqtt.message.Message;
import com.hivemq.mqtt.message.MessageType;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.util.ClientIds;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The decoders of the HiveMQ server, wired without the server. They keep no state of a connection and reject by throwing (see
 * {@link Verdicts}), so one set serves all connections on all threads.
 *
 * <p>Their own check of discouraged characters is off: it refuses all of U+FDC0 to U+FDFF, most of which are letters, and does
 * not cover all strings of MQTT 3. {@link MqttText} checks them all.
 */
final class HiveMqDecoders {
    /** The shared instance: a set consists of thirty objects. */
    static final HiveMqDecoders SHARED = new HiveMqDecoders();

    private final MqttConnectDecoder connect;
    private final MqttDecoders others;

    private HiveMqDecoders() {
        SecurityConfigurationServiceImpl security = new SecurityConfigurationServiceImpl();
        security.setValidateUTF8(false);
        FullConfigurationService config = configuration(security);
        HivemqId id = new FixedId();
        Verdicts verdicts = new Verdicts();
        connect = new MqttConnectDecoder(verdicts, config, id, new ClientIds(id));
        others = new MqttDecoders(
                new Mqtt3PublishDecoder(id, verdicts, config),
                new Mqtt3PubackDecoder(verdicts, config),
                new Mqtt3PubrecDecoder(verdicts, config),
                new Mqtt3PubcompDecoder(verdicts, config),
                new Mqtt3PubrelDecoder(verdicts, config),
                new Mqtt3DisconnectDecoder(verdicts, config),
                new Mqtt3SubscribeDecoder(verdicts, config),
                new Mqtt3UnsubscribeDecoder(verdicts, config),
                new MqttPingreqDecoder(verdicts),
                new Mqtt5PublishDecoder(verdicts, id, config, new AliasesBoundedElsewhere()),
                new Mqtt5DisconnectDecoder(verdicts, config),
                new Mqtt5SubscribeDecoder(verdicts, config),
                new Mqtt5PubackDecoder(verdicts, config),
                new Mqtt5PubrecDecoder(verdicts, config),
                new Mqtt5PubrelDecoder(verdicts, config),
                new Mqtt5PubcompDecoder(verdicts, config),
                new Mqtt5AuthDecoder(verdicts, config),
                new Mqtt5UnsubscribeDecoder(verdicts, config));
    }

    @SuppressWarnings("NullAway") // parts of the server that the decoders do not use
    private static FullConfigurationService configuration(SecurityConfigurationServiceImpl security) {
        return new ConfigurationServiceImpl(
                null,
                new MqttConfigurationServiceImpl(),
                new RestrictionsConfigurationServiceImpl(),
                security,
                null,
                null);
    }

    /**
     * Decodes CONNECT.
     *
     * @param body exactly the bytes after the fixed header
     * @throws MqttProtocolException if the decoder refuses it
     */
    @Nullable
    CONNECT connect(ClientConnectionContext context, int header, ByteBuf body) {
        return connect.decode(context, body, (byte) header);
    }

    /**
     * Decodes any other packet.
     *
     * @param body exactly the bytes after the fixed header
     * @return null if the decoder refuses the packet without giving a reason
     * @throws MqttProtocolException if the decoder refuses it, or clients must not send this type
     */
    @Nullable
    Message decode(ClientConnectionContext context, int header, ByteBuf body) {
        MessageType type = MessageType.valueOf(header >> 4);
        MqttDecoder<?> decoder = type == null ? null : others.decoder(type, context.getProtocolVersion());
        if (decoder == null) {
            throw MqttProtocolException.protocolError(
                    "A packet of type " + (header >> 4) + " came; clients do not send it (2.1.2)");
        }
        return decoder.decode(context, body, (byte) header);
    }

    /** A constant server id; it only ends up in fields of HiveMQ's messages that are not read. */
    private static final class FixedId extends HivemqId {
        @Override
        public String generateId() {
            return "wkmq";
        }
    }

    /** Imposes no limit: aliases are bounded per connection, by the array that {@link InboundAliases} supplies. */
    private static final class AliasesBoundedElsewhere implements TopicAliasLimiter {
        @Override
        public boolean aliasesAvailable() {
            return true;
        }

        @Override
        public boolean limitExceeded() {
            return false;
        }

        @Override
        public void initUsage(int topicAliasMaximum) {}

        @Override
        public void addUsage(String topic) {}

        @Override
        public void removeUsage(String... topics) {}

        @Override
        public void finishUsage(String... topics) {}
    }
}

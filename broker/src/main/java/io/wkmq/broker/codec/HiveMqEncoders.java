package io.wkmq.broker.codec;

import com.hivemq.bootstrap.ClientConnectionContext;
import com.hivemq.codec.encoder.EncoderFactory;
import com.hivemq.codec.encoder.MqttEncoder;
import com.hivemq.configuration.service.impl.SecurityConfigurationServiceImpl;
import com.hivemq.mqtt.message.Message;
import com.hivemq.mqtt.message.dropping.MessageDroppedService;
import com.hivemq.mqtt.message.suback.SUBACK;
import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import java.util.Objects;

/** The encoders of the HiveMQ server, set up for one client. Immutable. */
final class HiveMqEncoders {
    /** Shared, because the encoders keep no state of a connection. */
    private static final Factory FACTORY = new Factory();

    private final ProtocolVersion version;
    private final long maximumPacketSize;
    private final boolean problemInformation;

    HiveMqEncoders(ProtocolVersion version, long maximumPacketSize, boolean problemInformation) {
        this.version = version;
        this.maximumPacketSize = maximumPacketSize < 0 ? DecoderLimits.LARGEST_PACKET : maximumPacketSize;
        this.problemInformation = problemInformation;
    }

    /** Returns whether the client accepts a packet of this size in bytes. */
    boolean allows(int size) {
        return size <= maximumPacketSize;
    }

    /** Returns whether the client accepts user properties in any packet, and a packet of this size. */
    boolean allowsProperties(int size) {
        return problemInformation && allows(size);
    }

    /** Appends the packet; returns false if nothing was written. */
    boolean encode(Packet.Outbound packet, ByteBuf out) {
        Message message = ToHiveMq.message(packet, version);
        return message != null && encode(message, out);
    }

    /** Appends the message; returns false if it is too large. */
    boolean encode(Message message, ByteBuf out) {
        // MQTT 3.1 has no error in SUBACK and HiveMQ writes none; that of 3.1.1 tells a client more than silence
        boolean newer = message instanceof SUBACK && version == ProtocolVersion.MQTT_3_1;
        HiveMqContext context = new HiveMqContext(newer ? ProtocolVersion.MQTT_3_1_1 : version);
        context.setMaxPacketSizeSend(maximumPacketSize);
        context.setRequestProblemInformation(problemInformation);
        MqttEncoder<Message> encoder = FACTORY.encoder(message, context);
        if (encoder.bufferSize(context, message) > maximumPacketSize) {
            return false;
        }
        encoder.encode(context, message, out);
        return true;
    }

    /** Gives access to what HiveMQ keeps package-private. */
    private static final class Factory extends EncoderFactory {
        Factory() {
            super(new NeverDropped(), new SecurityConfigurationServiceImpl(), new Verdicts());
        }

        @SuppressWarnings("unchecked") // HiveMQ selects the encoder by the message's class
        MqttEncoder<Message> encoder(Message message, ClientConnectionContext context) {
            return Objects.requireNonNull((MqttEncoder<Message>) getEncoder(message, context));
        }
    }

    /** Never called, because sizes are checked before encoding. */
    private static final class NeverDropped implements MessageDroppedService {
        private static IllegalStateException unexpected() {
            return new IllegalStateException(
                    "An encoder of the HiveMQ codec dropped a packet; its size was checked before");
        }

        @Override
        public void qos0MemoryExceeded(String clientId, String topic, int qos, long currentMemory, long maxMemory) {
            throw unexpected();
        }

        @Override
        public void queueFull(String clientId, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void queueFullShared(String sharedId, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void notWritable(String clientId, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void extensionPrevented(String clientId, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void failed(String clientId, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void publishMaxPacketSizeExceeded(
                String clientId, String topic, int qos, long maximumPacketSize, long packetSize) {
            throw unexpected();
        }

        @Override
        public void messageMaxPacketSizeExceeded(
                String clientId, String messageType, long maximumPacketSize, long packetSize) {
            throw unexpected();
        }

        @Override
        public void failedShared(String group, String topic, int qos) {
            throw unexpected();
        }

        @Override
        public void qos0MemoryExceededShared(
                String clientId, String topic, int qos, long currentMemory, long maxMemory) {
            throw unexpected();
        }
    }
}

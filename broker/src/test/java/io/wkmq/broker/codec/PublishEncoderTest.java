package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.hivemq.codec.encoder.mqtt5.Mqtt5PayloadFormatIndicator;
import com.hivemq.configuration.entity.mqtt.MqttConfigurationDefaults;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.mqtt5.MqttUserProperty;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.Deliveries;
import io.wkmq.session.Delivery;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PublishEncoderTest {
    private static final long SEED = 33;
    private static final int ROUNDS = 5_000;
    private static final long NOW = 1_700_000_000_000L;
    private static final int[] NONE = {};

    private static Message message(String topic, byte[] payload, MessageProperties properties, long expiresAtMs) {
        return new Message(
                TopicName.of(topic), payload, Qos.EXACTLY_ONCE, false, properties, "publisher", NOW, expiresAtMs);
    }

    private static Message plain(String topic) {
        return message(topic, new byte[] {1, 2, 3}, MessageProperties.NONE, Message.NEVER);
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void writesWhatTheHiveMqEncoderWrites(ProtocolVersion version) {
        Random random = new Random(SEED);
        // a subscriber of MQTT 3 also gets messages with properties
        RandomPackets generator = new RandomPackets(random, ProtocolVersion.MQTT_5);
        PublishEncoder encoder = new PublishEncoder(version, PacketEncoder.NO_LIMIT, 0);
        HiveMqEncoders theirs = new HiveMqEncoders(version, PacketEncoder.NO_LIMIT, false);
        for (int round = 0; round < ROUNDS; round++) {
            long expirySeconds = random.nextInt(3) == 0 ? random.nextInt(100_000) : -1;
            Message message = message(
                    generator.topic().text(),
                    generator.bytes(random.nextInt(50) == 0 ? 20_000 : 200),
                    generator.properties(),
                    expirySeconds < 0 ? Message.NEVER : NOW + expirySeconds * 1000 - random.nextInt(1000));
            Qos qos = generator.qos();
            int flags = (random.nextInt(16) & 9) | qos.code() << 1;
            int id = qos == Qos.AT_MOST_ONCE ? 0 : generator.id();
            int[] identifiers = random.ints(random.nextInt(3), 1, 268_435_456).toArray();

            ByteBuf expected = Unpooled.buffer();
            assertThat(theirs.encode(hiveMq(version, message, flags, id, identifiers, expirySeconds), expected))
                    .isTrue();
            ByteBuf actual = Unpooled.buffer();
            assertThat(encoder.write(message, qos, flags, id, identifiers, NOW, actual))
                    .isTrue();
            assertThat(ByteBufUtil.hexDump(actual))
                    .as("seed %s, round %s", SEED, round)
                    .isEqualTo(ByteBufUtil.hexDump(expected));
            assertThat(encoder.size(message, qos, identifiers)).isEqualTo(actual.readableBytes());
        }
    }

    private static PUBLISH hiveMq(
            ProtocolVersion version, Message message, int flags, int id, int[] identifiers, long expirySeconds) {
        QoS qos = QoS.valueOf(flags >> 1 & 3);
        if (!version.isMqtt5()) {
            return new PUBLISHFactory.Mqtt3Builder()
                    .withHivemqId("test")
                    .withTopic(message.topic().text())
                    .withPayload(message.payload())
                    .withQoS(qos)
                    .withOnwardQos(qos)
                    .withRetain((flags & 1) != 0)
                    .withDuplicateDelivery((flags & 8) != 0)
                    .withPacketIdentifier(id)
                    .build();
        }
        MessageProperties properties = message.properties();
        ImmutableList.Builder<MqttUserProperty> userProperties = ImmutableList.builder();
        for (UserProperty property : properties.userProperties()) {
            userProperties.add(MqttUserProperty.of(property.name(), property.value()));
        }
        PUBLISHFactory.Mqtt5Builder builder = new PUBLISHFactory.Mqtt5Builder()
                .withHivemqId("test")
                .withTopic(message.topic().text())
                .withPayload(message.payload())
                .withQoS(qos)
                .withOnwardQos(qos)
                .withRetain((flags & 1) != 0)
                .withDuplicateDelivery((flags & 8) != 0)
                .withPacketIdentifier(id)
                .withPayloadFormatIndicator(properties.payloadIsUtf8() ? Mqtt5PayloadFormatIndicator.UTF_8 : null)
                .withContentType(properties.contentType())
                .withResponseTopic(properties.responseTopic())
                .withCorrelationData(properties.correlationData())
                .withUserProperties(Mqtt5UserProperties.of(userProperties.build()))
                .withSubscriptionIdentifiers(ImmutableIntArray.copyOf(identifiers));
        builder.withMessageExpiryInterval(
                expirySeconds < 0 ? MqttConfigurationDefaults.MAX_EXPIRY_INTERVAL_DEFAULT : expirySeconds);
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource({"60000,60", "59999,60", "59001,60", "59000,59", "1,1", "0,0", "-5000,0", "4294967295000,4294967295"})
    void tellsHowMuchOfTheExpiryIsLeft(long leftMs, long seconds) {
        Message message = message("a", new byte[0], MessageProperties.NONE, NOW + leftMs);
        ByteBuf out = Unpooled.buffer();
        new PublishEncoder(ProtocolVersion.MQTT_5, PacketEncoder.NO_LIMIT, 0)
                .write(message, Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out);
        ServerWire.Published published = new ServerWire(ProtocolVersion.MQTT_5).readPublish(out);
        assertThat(ServerWire.property(published, 0x02)).isEqualTo(seconds); // [MQTT-3.3.2-6]
    }

    @ParameterizedTest
    @CsvSource({
        "AT_MOST_ONCE,false,false,0",
        "AT_MOST_ONCE,true,false,1",
        "AT_LEAST_ONCE,false,true,10",
        "EXACTLY_ONCE,true,true,13",
        "EXACTLY_ONCE,false,false,4"
    })
    void writesADeliveryWithItsOwnQosAndFlags(Qos qos, boolean retain, boolean duplicate, int flags) {
        int id = qos == Qos.AT_MOST_ONCE ? 0 : 77;
        Delivery delivery = Deliveries.of(plain("topic"), qos, retain, id, 5, 300);
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, PacketEncoder.NO_LIMIT, 0);
        ByteBuf out = Unpooled.buffer();
        assertThat(encoder.write(delivery, delivery.message(), duplicate, NOW, out))
                .isTrue();
        assertThat(encoder.size(delivery, delivery.message())).isEqualTo(out.readableBytes());
        ServerWire.Published published = new ServerWire(ProtocolVersion.MQTT_5).readPublish(out);
        assertThat(published.flags()).isEqualTo(flags);
        assertThat(published.packetId()).isEqualTo(id);
        assertThat(published.topic()).isEqualTo("topic");
        assertThat(ServerWire.property(published, 0x0B)).isEqualTo(List.of(5, 300));
    }

    @Test
    void writesNothingThatIsLargerThanTheClientTakes() {
        Message message = plain("abc");
        int size = 2 + 2 + 3 + 2 + 1 + 3;
        ByteBuf out = Unpooled.buffer();
        PublishEncoder tight = new PublishEncoder(ProtocolVersion.MQTT_5, size - 1, 0);
        assertThat(tight.size(message, Qos.AT_LEAST_ONCE, NONE)).isEqualTo(size);
        assertThat(tight.write(message, Qos.AT_LEAST_ONCE, 2, 1, NONE, NOW, out))
                .isFalse(); // [MQTT-3.1.2-24]
        assertThat(out.isReadable()).isFalse();
        PublishEncoder enough = new PublishEncoder(ProtocolVersion.MQTT_5, size, 0);
        assertThat(enough.write(message, Qos.AT_LEAST_ONCE, 2, 1, NONE, NOW, out))
                .isTrue();
        assertThat(out.readableBytes()).isEqualTo(size);
    }

    @Test
    void aClientWithAliasesFindsTheTopicOfEveryMessage() {
        int maximum = 4;
        Random random = new Random(SEED);
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, PacketEncoder.NO_LIMIT, maximum);
        ServerWire wire = new ServerWire(ProtocolVersion.MQTT_5);
        Map<Integer, String> client = new HashMap<>();
        ByteBuf out = Unpooled.buffer();
        int withoutTopic = 0;
        for (int i = 0; i < 2_000; i++) {
            String topic = "topic/" + (int) Math.abs(random.nextGaussian() * 3);
            assertThat(encoder.write(plain(topic), Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out))
                    .isTrue();
            ServerWire.Published published = wire.readPublish(out);
            assertThat(published.alias()).isBetween(0, maximum); // [MQTT-3.3.2-11]
            if (published.topic().isEmpty()) {
                assertThat(client.get(published.alias())).isEqualTo(topic);
                withoutTopic++;
            } else {
                assertThat(published.topic()).isEqualTo(topic);
                client.put(published.alias(), topic);
            }
            assertThat(published.payload()).containsExactly(1, 2, 3);
        }
        assertThat(withoutTopic).isGreaterThan(700);
    }

    @Test
    void anAliasThatMakesThePacketTooLargeIsNotSet() {
        Message message = plain("topic");
        int size = 2 + 2 + 5 + 1 + 3;
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, size, 10);
        ServerWire wire = new ServerWire(ProtocolVersion.MQTT_5);
        for (int i = 0; i < 2; i++) {
            ByteBuf out = Unpooled.buffer();
            assertThat(encoder.write(message, Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out))
                    .isTrue();
            ServerWire.Published published = wire.readPublish(out);
            assertThat(published.alias()).isZero();
            assertThat(published.topic()).isEqualTo("topic");
        }
    }

    @Test
    void aRefusedPacketSetsNoAlias() {
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, 100, 10);
        Message large = message("topic", new byte[200], MessageProperties.NONE, Message.NEVER);
        ByteBuf out = Unpooled.buffer();
        assertThat(encoder.write(large, Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out)).isFalse();
        assertThat(encoder.write(plain("topic"), Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out))
                .isTrue();
        ServerWire.Published published = new ServerWire(ProtocolVersion.MQTT_5).readPublish(out);
        assertThat(published.topic()).isEqualTo("topic");
        assertThat(published.alias()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,10,0", "10,0,0", "1,10,1", "10,1,1"})
    void usesNoMoreAliasesThanClientAndServerWant(int clientMaximum, int serverMaximum, int used) {
        Packet.Connect connect = Peer.connect("22 %04x 27 00000064".formatted(clientMaximum));
        PublishEncoder encoder = new PublishEncoder(connect, serverMaximum);
        ServerWire wire = new ServerWire(ProtocolVersion.MQTT_5);
        ByteBuf out = Unpooled.buffer();
        for (String topic : List.of("first", "second", "third")) {
            assertThat(encoder.write(plain(topic), Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out))
                    .isTrue();
            assertThat(wire.readPublish(out).alias()).isEqualTo(used);
        }
        Message large = message("topic", new byte[100], MessageProperties.NONE, Message.NEVER);
        assertThat(encoder.write(large, Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out)).isFalse();
    }

    @Test
    void mqtt3GetsNoAliases() {
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_3_1_1, PacketEncoder.NO_LIMIT, 10);
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < 2; i++) {
            assertThat(encoder.write(plain("topic"), Qos.AT_MOST_ONCE, 0, 0, NONE, NOW, out))
                    .isTrue();
            assertThat(new ServerWire(ProtocolVersion.MQTT_3_1_1)
                            .readPublish(out)
                            .topic())
                    .isEqualTo("topic");
        }
    }

    @Test
    void aPlainMessageCostsNoObject() {
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, PacketEncoder.NO_LIMIT, 0);
        assertThat(bytesFor100(encoder, plain("topic"), NONE))
                .isLessThan(100); // the measurement, not a hundred objects
    }

    @Test
    void propertiesAndAKnownAliasCostNoObject() {
        PublishEncoder encoder = new PublishEncoder(ProtocolVersion.MQTT_5, PacketEncoder.NO_LIMIT, 10);
        MessageProperties properties = new MessageProperties(
                true, "type", "answer", new byte[] {1}, List.of(new UserProperty("name", "välue")));
        Message message = message("topic", new byte[] {1}, properties, NOW + 1000);
        assertThat(bytesFor100(encoder, message, new int[] {1, 1000})).isLessThan(100);
    }

    /** The memory that it takes to write a message a hundred times. */
    private static long bytesFor100(PublishEncoder encoder, Message message, int[] identifiers) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuf out = Unpooled.buffer(1024);
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 100; i++) { // the first ones load classes
            long before = threads.getThreadAllocatedBytes(thread);
            for (int j = 0; j < 100; j++) {
                encoder.write(message, Qos.AT_LEAST_ONCE, 2, 7, identifiers, NOW, out.clear());
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        return least;
    }
}

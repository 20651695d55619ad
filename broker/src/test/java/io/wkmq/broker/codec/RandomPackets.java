package io.wkmq.broker.codec;

import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Generates valid client packets at random. */
final class RandomPackets {
    private static final String[] CHARACTERS = {"a", "b", "/", "$", " ", "7", "ä", "ß", "日", "本", "﷽", "😀", "~", "é"};

    private static final List<RetainHandling> RETAIN_HANDLINGS = List.of(RetainHandling.values());

    private final Random random;
    private final ProtocolVersion version;

    RandomPackets(Random random, ProtocolVersion version) {
        this.random = random;
        this.version = version;
    }

    Packet.Connect connect() {
        boolean clean = random.nextBoolean();
        boolean mqtt5 = version.isMqtt5();
        boolean emptyId = chance(4) && (mqtt5 || (clean && version == ProtocolVersion.MQTT_3_1_1));
        String userName = maybe(() -> text(0, 20));
        String method = mqtt5 ? maybe(() -> text(0, 10)) : null;
        long expiry = mqtt5 ? fourBytes() : clean ? 0 : 0xFFFF_FFFFL;
        return new Packet.Connect(
                version,
                emptyId ? "" : text(1, 23),
                clean,
                random.nextInt(65_536),
                expiry,
                mqtt5 && random.nextBoolean() ? 1 + random.nextInt(65_535) : 65_535,
                mqtt5 && random.nextBoolean() ? 1 + random.nextInt(DecoderLimits.LARGEST_PACKET - 1) : -1,
                mqtt5 ? random.nextInt(65_536) : 0,
                mqtt5 && random.nextBoolean(),
                !mqtt5 || random.nextBoolean(),
                userName,
                userName != null || mqtt5 ? maybe(() -> bytes(30)) : null,
                method,
                method == null ? null : maybe(() -> bytes(30)),
                userProperties(),
                maybe(this::will));
    }

    private Will will() {
        boolean mqtt5 = version.isMqtt5();
        return new Will(
                topic(),
                bytes(50),
                qos(),
                random.nextBoolean(),
                properties(),
                mqtt5 && random.nextBoolean() ? fourBytes() : -1,
                mqtt5 ? fourBytes() : 0);
    }

    /** Any packet that may follow CONNECT and after which the connection goes on. */
    Packet.Inbound packet() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> publish();
            case 2 -> new Packet.Puback(id(), reason(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED), reasonString());
            case 3 -> new Packet.Pubrec(id(), reason(ReasonCode.SUCCESS, ReasonCode.NOT_AUTHORIZED), reasonString());
            case 4 ->
                random.nextBoolean()
                        ? new Packet.Pubrel(id(), reason(ReasonCode.SUCCESS, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND))
                        : new Packet.Pubcomp(id(), reason(ReasonCode.SUCCESS, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
            case 5 -> subscribe();
            case 6 -> new Packet.Unsubscribe(id(), listOf(() -> text(1, 20), 1), userProperties());
            default -> new Packet.Pingreq();
        };
    }

    Packet.Publish publish() {
        Qos qos = qos();
        return new Packet.Publish(
                topic(),
                bytes(random.nextInt(20) == 0 ? 1000 : 40),
                qos,
                random.nextBoolean(),
                qos != Qos.AT_MOST_ONCE && chance(4),
                qos == Qos.AT_MOST_ONCE ? 0 : id(),
                properties(),
                version.isMqtt5() && chance(3) ? fourBytes() : -1);
    }

    private Packet.Subscribe subscribe() {
        int identifier = version.isMqtt5() && random.nextBoolean() ? 1 + random.nextInt(268_435_455) : 0;
        return new Packet.Subscribe(id(), listOf(() -> entry(identifier), 1), userProperties());
    }

    private Packet.Subscribe.Entry entry(int identifier) {
        SubscriptionOptions options = version.isMqtt5()
                ? SubscriptionOptions.of(
                        qos(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        RETAIN_HANDLINGS.get(random.nextInt(3)),
                        identifier)
                : SubscriptionOptions.mqtt3(qos());
        return new Packet.Subscribe.Entry(text(1, 20) + (random.nextBoolean() ? "/#" : ""), options);
    }

    Packet.Disconnect disconnect(Packet.Connect connect) {
        if (!version.isMqtt5()) {
            return new Packet.Disconnect(ReasonCode.SUCCESS, -1, null, null);
        }
        boolean mayExpire = connect.sessionExpirySeconds() > 0;
        return new Packet.Disconnect(
                reason(ReasonCode.SUCCESS, ReasonCode.DISCONNECT_WITH_WILL),
                mayExpire && random.nextBoolean() ? fourBytes() : -1,
                reasonString(),
                null);
    }

    Packet.Auth auth(String method) {
        return new Packet.Auth(
                reason(ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.REAUTHENTICATE),
                method,
                maybe(() -> bytes(30)),
                reasonString(),
                userProperties());
    }

    MessageProperties properties() {
        if (!version.isMqtt5() || chance(2)) {
            return MessageProperties.NONE;
        }
        return propertiesOf(
                random.nextBoolean(),
                maybe(() -> text(0, 10)),
                maybe(() -> topic().text()),
                maybe(() -> bytes(20)),
                userProperties());
    }

    @SuppressWarnings("NullAway") // it does not see that the constructor's array may be null
    private static MessageProperties propertiesOf(
            boolean utf8,
            @Nullable String contentType,
            @Nullable String responseTopic,
            byte @Nullable [] correlationData,
            List<UserProperty> userProperties) {
        return new MessageProperties(utf8, contentType, responseTopic, correlationData, userProperties);
    }

    List<UserProperty> userProperties() {
        if (!version.isMqtt5() || chance(2)) {
            return List.of();
        }
        return listOf(() -> new UserProperty(text(0, 10), text(0, 10) + (chance(3) ? "\n\t" : "")), 0);
    }

    TopicName topic() {
        return TopicName.of(text(1, 20));
    }

    Qos qos() {
        return Qos.of(random.nextInt(3));
    }

    int id() {
        return 1 + random.nextInt(65_535);
    }

    byte[] bytes(int max) {
        byte[] bytes = new byte[random.nextInt(max + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    String text(int min, int max) {
        int length = min + random.nextInt(max - min + 1);
        boolean ascii = random.nextBoolean();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS[random.nextInt(ascii ? 6 : CHARACTERS.length)]);
        }
        return text.toString();
    }

    private @Nullable String reasonString() {
        return version.isMqtt5() ? maybe(() -> text(0, 30)) : null;
    }

    private ReasonCode reason(ReasonCode one, ReasonCode other) {
        return !version.isMqtt5() || random.nextBoolean() ? one : other;
    }

    private long fourBytes() {
        return random.nextInt() & 0xFFFF_FFFFL;
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> listOf(Supplier<T> value, int min) {
        List<T> list = new ArrayList<>();
        int size = min + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            list.add(value.get());
        }
        return List.copyOf(list);
    }
}

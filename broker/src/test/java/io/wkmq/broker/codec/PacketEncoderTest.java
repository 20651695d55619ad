package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Qos;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PacketEncoderTest {
    private static final ProtocolVersion V5 = ProtocolVersion.MQTT_5;
    private static final List<UserProperty> USER_PROPERTIES =
            List.of(new UserProperty("n", "v1"), new UserProperty("n", "v2"), new UserProperty("ü", ""));
    private static final Packet.ConnackProperties ALL = new Packet.ConnackProperties(
            120,
            10,
            Qos.AT_LEAST_ONCE,
            false,
            65_536,
            "assigned",
            7,
            false,
            false,
            false,
            30,
            "response",
            "other:1883",
            "method",
            new byte[] {1, 2},
            "why",
            USER_PROPERTIES);

    private static @Nullable String encode(PacketEncoder encoder, Packet.Outbound packet) {
        ByteBuf out = Unpooled.buffer();
        boolean written = encoder.encode(packet, out);
        assertThat(out.isReadable()).isEqualTo(written);
        return written ? ByteBufUtil.hexDump(out) : null;
    }

    private static PacketEncoder of(ProtocolVersion version) {
        return new PacketEncoder(version, PacketEncoder.NO_LIMIT, true);
    }

    private static void requireRoundTrip(Packet.Outbound packet) {
        ByteBuf out = Unpooled.buffer();
        assertThat(of(V5).encode(packet, out)).isTrue();
        assertThat(PacketText.of(new ServerWire(V5).read(out))).isEqualTo(PacketText.of(packet));
    }

    @Test
    void aClientOfMqtt5ReadsWhatWasWritten() {
        requireRoundTrip(new Packet.Connack(true, ReasonCode.SUCCESS, ALL));
        requireRoundTrip(new Packet.Connack(false, ReasonCode.BANNED, Packet.ConnackProperties.refusal("no")));
        requireRoundTrip(new Packet.Connack(false, ReasonCode.SERVER_BUSY, Packet.ConnackProperties.refusal(null)));
        requireRoundTrip(new Packet.Puback(1, ReasonCode.SUCCESS, null));
        requireRoundTrip(new Packet.Puback(65_535, ReasonCode.NO_MATCHING_SUBSCRIBERS, null));
        requireRoundTrip(new Packet.Puback(2, ReasonCode.QUOTA_EXCEEDED, "full"));
        requireRoundTrip(new Packet.Puback(2, ReasonCode.SUCCESS, "well done"));
        requireRoundTrip(new Packet.Pubrec(3, ReasonCode.NOT_AUTHORIZED, "no"));
        requireRoundTrip(new Packet.Pubrel(4, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        requireRoundTrip(new Packet.Pubcomp(5, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        requireRoundTrip(new Packet.Suback(
                6,
                List.of(
                        ReasonCode.SUCCESS,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED),
                "partly"));
        requireRoundTrip(new Packet.Unsuback(7, List.of(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED), null));
        requireRoundTrip(new Packet.Pingresp());
        requireRoundTrip(new Packet.Disconnect(ReasonCode.SUCCESS, -1, null, null));
        requireRoundTrip(new Packet.Disconnect(ReasonCode.SERVER_MOVED, -1, "moved", "other:1883"));
        requireRoundTrip(new Packet.Auth(
                ReasonCode.CONTINUE_AUTHENTICATION, "method", new byte[] {3}, "go on", USER_PROPERTIES));
        requireRoundTrip(new Packet.Auth(ReasonCode.SUCCESS, "method", null, null, List.of()));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void shortFormsAreThoseOfTheHiveMqEncoders(ProtocolVersion version) {
        HiveMqEncoders theirs = new HiveMqEncoders(version, PacketEncoder.NO_LIMIT, true);
        for (int id : new int[] {1, 2, 255, 256, 0x7FFF, 0x8000, 65_535}) {
            for (Packet.Outbound packet : List.of(
                    new Packet.Puback(id, ReasonCode.SUCCESS, null),
                    new Packet.Pubrec(id, ReasonCode.SUCCESS, null),
                    new Packet.Pubrel(id, ReasonCode.SUCCESS),
                    new Packet.Pubcomp(id, ReasonCode.SUCCESS),
                    new Packet.Suback(id, List.of(ReasonCode.SUCCESS), null),
                    new Packet.Suback(id, List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.GRANTED_QOS_1), null),
                    new Packet.Suback(id, Collections.nCopies(100, ReasonCode.GRANTED_QOS_1), null),
                    new Packet.Suback(id, Collections.nCopies(300, ReasonCode.GRANTED_QOS_1), null),
                    new Packet.Suback(id, List.of(ReasonCode.SUCCESS, ReasonCode.NOT_AUTHORIZED), null),
                    new Packet.Pingresp())) {
                ByteBuf expected = Unpooled.buffer();
                assertThat(theirs.encode(packet, expected)).isTrue();
                assertThat(encode(of(version), packet)).isEqualTo(ByteBufUtil.hexDump(expected));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, -1, true", "90, -1, true", "200, -1, true", "20000, -1, true", "90, 60, true", "90, -1, false"})
    void placesInAcknowledgementsAreThoseOfTheHiveMqEncoders(int length, long sizeMax, boolean wanted) {
        HiveMqEncoders theirs = new HiveMqEncoders(V5, sizeMax, wanted);
        PacketEncoder encoder = new PacketEncoder(V5, sizeMax, wanted);
        List<UserProperty> place = List.of(
                new UserProperty("wk-ch", "p" + "l".repeat(length)),
                new UserProperty("wk-seq", "1234567890"),
                new UserProperty("\u00fc", ""));
        for (int id : new int[] {1, 0x8000, 65_535}) {
            for (Packet.Outbound packet : List.of(
                    new Packet.Puback(id, ReasonCode.SUCCESS, null, place),
                    new Packet.Pubrec(id, ReasonCode.SUCCESS, null, place))) {
                ByteBuf expected = Unpooled.buffer();
                assertThat(theirs.encode(packet, expected)).isTrue();
                assertThat(encode(encoder, packet)).isEqualTo(ByteBufUtil.hexDump(expected));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS,20020100",
        "UNSUPPORTED_PROTOCOL_VERSION,20020001",
        "CLIENT_IDENTIFIER_NOT_VALID,20020002",
        "SERVER_UNAVAILABLE,20020003",
        "SERVER_BUSY,20020003",
        "SERVER_SHUTTING_DOWN,20020003",
        "QUOTA_EXCEEDED,20020003",
        "CONNECTION_RATE_EXCEEDED,20020003",
        "BAD_USER_NAME_OR_PASSWORD,20020004",
        "NOT_AUTHORIZED,20020005",
        "BANNED,20020005",
        "MALFORMED_PACKET,",
        "PROTOCOL_ERROR,",
        "PACKET_TOO_LARGE,",
        "TOPIC_NAME_INVALID,"
    })
    void mqtt311GetsTheReturnCodeThatFits(ReasonCode reason, @Nullable String bytes) {
        Packet.Connack connack = new Packet.Connack(reason == ReasonCode.SUCCESS, reason, ALL);
        assertThat(encode(of(ProtocolVersion.MQTT_3_1_1), connack)).isEqualTo(bytes);
    }

    @Test
    void everyReasonCanRefuseAConnect() {
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.error()) {
                Packet.Connack refusal = new Packet.Connack(false, reason, Packet.ConnackProperties.refusal("why"));
                assertThat(encode(of(V5), refusal)).as("%s", reason).isNotNull();
            }
        }
        Packet.Connack shutdown =
                new Packet.Connack(false, ReasonCode.SERVER_SHUTTING_DOWN, Packet.ConnackProperties.refusal(null));
        assertThat(encode(of(V5), shutdown)).isEqualTo("2003008800");
    }

    @Test
    void mqtt31HasNoSessionPresent() {
        Packet.Connack connack = new Packet.Connack(true, ReasonCode.SUCCESS, ALL);
        assertThat(encode(of(ProtocolVersion.MQTT_3_1), connack)).isEqualTo("20020000");
    }

    @Test
    void anUnknownVersionIsRefusedInTheOldForm() {
        Packet.Connack connack = new Packet.Connack(
                false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, Packet.ConnackProperties.refusal("6?"));
        assertThat(encode(PacketEncoder.forRefusal(null), connack)).isEqualTo("20020001");
        assertThat(encode(PacketEncoder.forRefusal(V5), connack)).isEqualTo("2008008405 1f0002363f".replace(" ", ""));
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"MQTT_3_1", "MQTT_3_1_1"})
    void mqtt3HasOneErrorInSuback(ProtocolVersion version) {
        Packet.Suback suback = new Packet.Suback(
                9,
                List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.TOPIC_FILTER_INVALID, ReasonCode.NOT_AUTHORIZED),
                "why");
        assertThat(encode(of(version), suback)).isEqualTo("90050009028080");
        Packet.Unsuback unsuback = new Packet.Unsuback(10, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), "why");
        assertThat(encode(of(version), unsuback)).isEqualTo("b002000a");
        Packet.Puback puback = new Packet.Puback(11, ReasonCode.QUOTA_EXCEEDED, "why");
        assertThat(encode(of(version), puback)).isEqualTo("4002000b");
    }

    @Test
    void mqtt3IsNotSentWhatItDoesNotKnow() {
        PacketEncoder encoder = of(ProtocolVersion.MQTT_3_1_1);
        assertThat(encode(encoder, new Packet.Disconnect(ReasonCode.SERVER_BUSY, -1, "why", null)))
                .isNull();
        assertThat(encode(encoder, new Packet.Auth(ReasonCode.SUCCESS, "m", null, null, List.of())))
                .isNull();
    }

    @Test
    void anErrorThatAPacketCannotCarryBecomesOneThatItCan() {
        assertThat(encode(of(V5), new Packet.Puback(1, ReasonCode.SERVER_BUSY, null)))
                .isEqualTo("4003000180");
        assertThat(encode(of(V5), new Packet.Pubcomp(1, ReasonCode.SERVER_BUSY)))
                .isEqualTo("7003000192");
        assertThat(encode(of(V5), new Packet.Suback(1, List.of(ReasonCode.BANNED), null)))
                .isEqualTo("900400010080");
        assertThat(encode(of(V5), new Packet.Disconnect(ReasonCode.BANNED, -1, null, null)))
                .isEqualTo("e00180");
        assertThatThrownBy(() -> encode(of(V5), new Packet.Puback(1, ReasonCode.GRANTED_QOS_1, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reasonStringsAreKeptFromAClientThatDoesNotWantThem() {
        PacketEncoder silent = new PacketEncoder(V5, PacketEncoder.NO_LIMIT, false);
        assertThat(encode(silent, new Packet.Puback(1, ReasonCode.QUOTA_EXCEEDED, "full")))
                .isEqualTo("4003000197"); // [MQTT-3.1.2-29]
        assertThat(encode(silent, new Packet.Suback(1, List.of(ReasonCode.SUCCESS), "why")))
                .isEqualTo("900400010000");
        Packet.Auth auth = new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", null, "why", USER_PROPERTIES);
        assertThat(encode(silent, auth)).isEqualTo("f006180415 0001 6d".replace(" ", ""));
        assertThat(encode(silent, new Packet.Disconnect(ReasonCode.SERVER_BUSY, -1, "why", null)))
                .isEqualTo("e00889061f0003776879"); // allowed there
        Packet.Connack refusal =
                new Packet.Connack(false, ReasonCode.NOT_AUTHORIZED, Packet.ConnackProperties.refusal("why"));
        assertThat(encode(silent, refusal)).isEqualTo("20090087061f0003776879");
    }

    @Test
    void whatTheClientWantsIsReadFromItsConnect() {
        Packet.Puback puback = new Packet.Puback(1, ReasonCode.QUOTA_EXCEEDED, "full");
        assertThat(encode(new PacketEncoder(Peer.connect("")), puback)).isEqualTo("400b000197071f000466756c6c");
        assertThat(encode(new PacketEncoder(Peer.connect("17 00")), puback)).isEqualTo("4003000197");
        assertThat(encode(new PacketEncoder(Peer.connect("27 0000000c")), puback))
                .isEqualTo("4003000197");
        assertThat(encode(new PacketEncoder(Peer.connect("27 00000004")), puback))
                .isNull();
    }

    @Test
    void whatMayBeLeftOutIsLeftOutOfTooLargePackets() {
        String why = "x".repeat(50);
        PacketEncoder small = new PacketEncoder(V5, 20, true);
        assertThat(encode(small, new Packet.Puback(1, ReasonCode.QUOTA_EXCEEDED, why)))
                .isEqualTo("4003000197"); // [MQTT-3.4.2-2]
        assertThat(encode(small, new Packet.Disconnect(ReasonCode.SERVER_BUSY, -1, why, null)))
                .isEqualTo("e00189"); // [MQTT-3.14.2-3]
        assertThat(encode(small, new Packet.Connack(false, ReasonCode.BANNED, Packet.ConnackProperties.refusal(why))))
                .isEqualTo("2003008a00"); // [MQTT-3.2.2-19]
    }

    @Test
    void aPacketThatCannotBeMadeSmallEnoughIsNotWritten() {
        PacketEncoder small = new PacketEncoder(V5, 8, true);
        assertThat(encode(small, new Packet.Connack(false, ReasonCode.SUCCESS, ALL)))
                .isNull();
        List<ReasonCode> reasons = List.of(
                ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.SUCCESS, ReasonCode.SUCCESS);
        assertThat(encode(small, new Packet.Suback(1, reasons, "why"))).isNull();
    }
}

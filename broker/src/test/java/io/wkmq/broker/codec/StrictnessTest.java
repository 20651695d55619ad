package io.wkmq.broker.codec;

import static io.wkmq.session.ReasonCode.BAD_AUTHENTICATION_METHOD;
import static io.wkmq.session.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static io.wkmq.session.ReasonCode.MALFORMED_PACKET;
import static io.wkmq.session.ReasonCode.PACKET_TOO_LARGE;
import static io.wkmq.session.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static io.wkmq.session.ReasonCode.PROTOCOL_ERROR;
import static io.wkmq.session.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.wkmq.session.ReasonCode.TOPIC_NAME_INVALID;
import static io.wkmq.session.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which packets are accepted or refused, and with which reason code. */
class StrictnessTest {
    private static final String BEFORE_CONNECT = "";
    private static final String V31 = Wire.CONNECT_3_1;
    private static final String V311 = Wire.CONNECT_3_1_1;
    private static final String V5 = Wire.CONNECT_5;
    /** MQTT 5 with enhanced authentication. */
    private static final String V5_AUTH = "10 | <MQTT> 05 02 003c {15 <m>} <c>;";

    private static final @Nullable ReasonCode OK = null;

    private static final DecoderLimits LIMITS = new DecoderLimits(1000, 500, 40, true, true);
    private static final DecoderLimits WITHOUT_FAST_PATH = new DecoderLimits(1000, 500, 40, true, false);

    /**
     * A row of the table.
     *
     * @param rule the statement that decides it
     * @param before what the client has sent before
     * @param expected the reason, or null if the packet is accepted
     */
    record Row(
            String rule,
            String before,
            String packet,
            @Nullable ReasonCode expected) {
        @Override
        public String toString() {
            return packet + " -> " + (expected == null ? "accepted" : expected) + " " + rule;
        }
    }

    private static final List<Row> ROWS = new ArrayList<>();

    private static void row(String rule, String before, String packet, @Nullable ReasonCode expected) {
        ROWS.add(new Row(rule, before, packet, expected));
    }

    static Stream<Row> rows() {
        return ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        decides(row, LIMITS, false);
        decides(row, WITHOUT_FAST_PATH, false);
        decides(row, LIMITS, true);
    }

    private static void decides(Row row, DecoderLimits limits, boolean slowly) {
        try (Peer peer = new Peer(limits).accepting()) {
            if (!row.before().isEmpty()) {
                peer.receive(row.before());
            }
            int before = peer.handler.packets.size();
            assertThat(peer.handler.why).isNull();
            byte[] bytes = Wire.bytes(row.packet());
            if (slowly) {
                peer.receiveSlowly(bytes);
            } else {
                peer.receive(bytes);
            }
            assertThat(peer.handler.rejected)
                    .as("because: %s", peer.handler.why)
                    .isEqualTo(row.expected());
            assertThat(peer.handler.rejects).isEqualTo(row.expected() == null ? 0 : 1);
            assertThat(peer.handler.packets.size() - before).isEqualTo(row.expected() == null ? 1 : 0);
        }
    }

    static {
        connect();
        connectMqtt5();
        publish();
        publishMqtt5();
        acknowledgements();
        subscribe();
        others();
        framing();
    }

    private static void connect() {
        row("3.1", BEFORE_CONNECT, V31, OK);
        row("3.1", BEFORE_CONNECT, V311, OK);
        row("3.1", BEFORE_CONNECT, V5, OK);
        row("[MQTT-3.1.2-1]", BEFORE_CONNECT, "10 | <MQTX> 04 02 003c <c>", PROTOCOL_ERROR);
        row("[MQTT-3.1.2-1]", BEFORE_CONNECT, "10 | <MQTTT> 04 02 003c <c>", PROTOCOL_ERROR);
        row("[MQTT-3.1.2-2]", BEFORE_CONNECT, "10 | <MQTT> 06 02 003c {} <c>", UNSUPPORTED_PROTOCOL_VERSION);
        row("[MQTT-3.1.2-2]", BEFORE_CONNECT, "10 | <MQTT> 03 02 003c <c>", UNSUPPORTED_PROTOCOL_VERSION);
        row("3.1: level 3", BEFORE_CONNECT, "10 | <MQIsdp> 04 02 003c <c>", UNSUPPORTED_PROTOCOL_VERSION);
        row("3.1: level 3", BEFORE_CONNECT, "10 | <MQIsdp> 83 02 003c <c>", UNSUPPORTED_PROTOCOL_VERSION);
        row("3.1.2.2", BEFORE_CONNECT, "10 | <MQTT>", MALFORMED_PACKET);
        row("[MQTT-2.1.3-1]", BEFORE_CONNECT, "11 | <MQTT> 04 02 003c <c>", MALFORMED_PACKET);
        row("[MQTT-3.1.2-3]", BEFORE_CONNECT, "10 | <MQTT> 04 03 003c <c>", MALFORMED_PACKET);
        row("[MQTT-3.1.2-3]", BEFORE_CONNECT, "10 | <MQTT> 05 03 003c {} <c>", MALFORMED_PACKET);
        row("[MQTT-3.1.2-12]", BEFORE_CONNECT, "10 | <MQTT> 04 1e 003c <c> <w> <p>", MALFORMED_PACKET);
        row("[MQTT-3.1.2-11]", BEFORE_CONNECT, "10 | <MQTT> 04 0a 003c <c>", MALFORMED_PACKET);
        row("[MQTT-3.1.2-13]", BEFORE_CONNECT, "10 | <MQTT> 04 22 003c <c>", MALFORMED_PACKET);
        row("3.1.1: [MQTT-3.1.2-22]", BEFORE_CONNECT, "10 | <MQTT> 04 42 003c <c> <p>", PROTOCOL_ERROR);
        row("5: 3.1.2.9", BEFORE_CONNECT, "10 | <MQTT> 05 42 003c {} <c> <p>", OK);
        row("3.1.1: [MQTT-3.1.3-8]", BEFORE_CONNECT, "10 | <MQTT> 04 00 003c <>", CLIENT_IDENTIFIER_NOT_VALID);
        row("3.1.1: [MQTT-3.1.3-6]", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c <>", OK);
        row("5: [MQTT-3.1.3-6]", BEFORE_CONNECT, "10 | <MQTT> 05 00 003c {} <>", OK);
        row("3.1: 1 to 23 characters", BEFORE_CONNECT, "10 | <MQIsdp> 03 02 003c <>", CLIENT_IDENTIFIER_NOT_VALID);
        row("3.1: more than 23 are taken", BEFORE_CONNECT, "10 | <MQIsdp> 03 02 003c <" + "x".repeat(40) + ">", OK);
        String tooLong = "x".repeat(41);
        row("configured", BEFORE_CONNECT, "10 | <MQIsdp> 03 02 003c <" + tooLong + ">", CLIENT_IDENTIFIER_NOT_VALID);
        row("configured", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {} <" + tooLong + ">", CLIENT_IDENTIFIER_NOT_VALID);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c 0002 c328", MALFORMED_PACKET);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQIsdp> 03 02 003c 0003 eda080", MALFORMED_PACKET);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {} 0002 c080", MALFORMED_PACKET);
        row("[MQTT-1.5.4-2]", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c 0001 00", MALFORMED_PACKET);
        row("[MQTT-1.5.4-2]", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {} 0001 00", MALFORMED_PACKET);
        row("1.5.4", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c 0001 07", MALFORMED_PACKET);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQTT> 04 82 003c <c> 0002 c328", MALFORMED_PACKET);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQIsdp> 03 82 003c <c> 0001 ff", MALFORMED_PACKET);
        row("[MQTT-1.5.4-2]", BEFORE_CONNECT, "10 | <MQTT> 04 82 003c <c> 0001 00", MALFORMED_PACKET);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, "10 | <MQTT> 04 06 003c <c> 0002 c328 <p>", MALFORMED_PACKET);
        row("[MQTT-4.7.0-1]", BEFORE_CONNECT, "10 | <MQTT> 04 06 003c <c> <a/#> <p>", TOPIC_NAME_INVALID);
        row("[MQTT-4.7.0-1]", BEFORE_CONNECT, "10 | <MQTT> 05 06 003c {} <c> {} <+> <p>", TOPIC_NAME_INVALID);
        row("[MQTT-4.7.3-1]", BEFORE_CONNECT, "10 | <MQTT> 04 06 003c <c> <> <p>", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 06 003c <c> <w>", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 06 003c <c> <w> <>", OK);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 82 003c <c>", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 c2 003c <c> <u>", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQIsdp> 03 c2 003c <c> <u>", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c 0005 'c'", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 02 00", PROTOCOL_ERROR);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 04 02 003c <c> 00", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQIsdp> 03 02 003c <c> 00", MALFORMED_PACKET);
        row("3.1.3", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {} <c> 00", MALFORMED_PACKET);
        for (String version : List.of(V31, V311, V5)) {
            row("[MQTT-3.1.0-2]", version, "10 | <MQTT> 04 02 003c <c>", PROTOCOL_ERROR);
        }
        row("[MQTT-3.1.0-1]", BEFORE_CONNECT, "30 | <a>", PROTOCOL_ERROR);
        row("[MQTT-3.1.0-1]", BEFORE_CONNECT, "c0 |", PROTOCOL_ERROR);
        row("[MQTT-3.1.0-1]", BEFORE_CONNECT, "'GET / HTTP/1.1'", PROTOCOL_ERROR);
    }

    private static void connectMqtt5() {
        row("3.1.2.11", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c", PROTOCOL_ERROR);
        row("3.1.2.11", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c 7f <c>", MALFORMED_PACKET);
        row("3.1.2.11.1", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c 8000 <c>", PROTOCOL_ERROR);
        row("2.2.2.2", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {7f} <c>", MALFORMED_PACKET);
        row("2.2.2.2", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {23 0001} <c>", MALFORMED_PACKET);
        row("3.1.2.11", BEFORE_CONNECT, "10 | <MQTT> 05 02 003c {11 0000} <c>", MALFORMED_PACKET);
        row("3.1.2.11.2", BEFORE_CONNECT, connect("11 00000001 11 00000001"), PROTOCOL_ERROR);
        row("3.1.2.11.3", BEFORE_CONNECT, connect("21 0001 21 0001"), PROTOCOL_ERROR);
        row("3.1.2.11.3", BEFORE_CONNECT, connect("21 0000"), PROTOCOL_ERROR);
        row("3.1.2.11.4", BEFORE_CONNECT, connect("27 00000000"), PROTOCOL_ERROR);
        row("3.1.2.11.4", BEFORE_CONNECT, connect("27 00000001 27 00000001"), PROTOCOL_ERROR);
        row("3.1.2.11.5", BEFORE_CONNECT, connect("22 0001 22 0001"), PROTOCOL_ERROR);
        row("3.1.2.11.6", BEFORE_CONNECT, connect("19 02"), MALFORMED_PACKET);
        row("3.1.2.11.6", BEFORE_CONNECT, connect("19 01 19 01"), PROTOCOL_ERROR);
        row("3.1.2.11.7", BEFORE_CONNECT, connect("17 02"), MALFORMED_PACKET);
        row("3.1.2.11.7", BEFORE_CONNECT, connect("17 01 17 01"), PROTOCOL_ERROR);
        row("[MQTT-1.5.4-1]", BEFORE_CONNECT, connect("26 0001 ff <v>"), MALFORMED_PACKET);
        row("1.5.7", BEFORE_CONNECT, connect("26 <n>"), MALFORMED_PACKET);
        row("3.1.2.11.8", BEFORE_CONNECT, connect("26 <n> <v> 26 <n> <v>"), OK);
        row("3.1.2.11.9", BEFORE_CONNECT, connect("15 <m> 15 <m>"), PROTOCOL_ERROR);
        row("3.1.2.11.10", BEFORE_CONNECT, connect("16 <d>"), PROTOCOL_ERROR);
        row("3.1.2.11.10", BEFORE_CONNECT, connect("15 <m> 16 <d> 16 <d>"), PROTOCOL_ERROR);
        row("3.1.3.2", BEFORE_CONNECT, "10 | <MQTT> 05 06 003c {} <c> <w> <p>", MALFORMED_PACKET);
        row("3.1.3.2.2", BEFORE_CONNECT, will("18 00000001 18 00000001"), PROTOCOL_ERROR);
        row("3.1.3.2.3", BEFORE_CONNECT, will("01 02"), MALFORMED_PACKET);
        row("3.1.3.2.3", BEFORE_CONNECT, will("01 01 01 01"), PROTOCOL_ERROR);
        row("3.1.3.2.4", BEFORE_CONNECT, will("02 00000001 02 00000001"), PROTOCOL_ERROR);
        row("3.1.3.2.5", BEFORE_CONNECT, will("03 <t> 03 <t>"), PROTOCOL_ERROR);
        row("3.1.3.2.6", BEFORE_CONNECT, will("08 <t> 08 <t>"), PROTOCOL_ERROR);
        row("[MQTT-3.3.2-14]", BEFORE_CONNECT, will("08 <t/#>"), TOPIC_NAME_INVALID);
        row("3.1.3.2.7", BEFORE_CONNECT, will("09 <t> 09 <t>"), PROTOCOL_ERROR);
        row("2.2.2.2", BEFORE_CONNECT, will("11 00000001"), MALFORMED_PACKET);
        row("3.1.3.2", BEFORE_CONNECT, will("18 00000001 01 01 02 00000001 03 <t> 08 <t> 09 <t> 26 <n> <v>"), OK);
        row("3.1.3.2.3", BEFORE_CONNECT, "10 | <MQTT> 05 06 003c {} <c> {01 01} <w> 0001 ff", PAYLOAD_FORMAT_INVALID);
        row("3.1.3.2.3", BEFORE_CONNECT, "10 | <MQTT> 05 06 003c {} <c> {01 00} <w> 0001 ff", OK);
    }

    private static String connect(String properties) {
        return "10 | <MQTT> 05 02 003c {" + properties + "} <c>";
    }

    private static String will(String properties) {
        return "10 | <MQTT> 05 06 003c {} <c> {" + properties + "} <w> <p>";
    }

    private static void publish() {
        for (String before : List.of(V31, V311, V5)) {
            String none = before.equals(V5) ? "{}" : "";
            row("3.3", before, "30 | <a> " + none, OK);
            row("3.3", before, "31 | <a> " + none + " 'x'", OK);
            row("3.3", before, "32 | <a> 0001 " + none + " 'x'", OK);
            row("3.3", before, "3c | <a> ffff " + none + " 'x'", OK);
            row("3.3", before, "30 | <ä/日本/$> " + none + " 'x'", OK);
            row("3.3", before, "30 | <﷽> " + none + " 'x'", OK); // U+FDFD is a letter's neighbour, not a non-character
            row("3.3", before, "30 | <😀> " + none + " 'x'", OK);
            row("[MQTT-1.5.4-3]", before, "30 | 0004 efbbbf 61 " + none, OK);
            row("[MQTT-1.5.4-1]", before, "30 | 0002 c328 " + none, MALFORMED_PACKET);
            row("[MQTT-1.5.4-1]", before, "30 | 0003 eda080 " + none, MALFORMED_PACKET);
            row("[MQTT-1.5.4-1]", before, "30 | 0002 c080 " + none, MALFORMED_PACKET);
            row("[MQTT-1.5.4-1]", before, "30 | 0004 f4908080 " + none, MALFORMED_PACKET);
            row("[MQTT-1.5.4-2]", before, "30 | 0001 00 " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0001 01 " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0001 7f " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0002 c285 " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0003 efbfbf " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0003 efb790 " + none, MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0004 f09fbfbe " + none, MALFORMED_PACKET);
            row("[MQTT-3.3.2-2]", before, "30 | <a/#> " + none, TOPIC_NAME_INVALID);
            row("[MQTT-3.3.2-2]", before, "30 | <+> " + none, TOPIC_NAME_INVALID);
            row("[MQTT-3.3.1-4]", before, "36 | <a> 0001 " + none, MALFORMED_PACKET);
            row("[MQTT-3.3.1-2]", before, "38 | <a> " + none, PROTOCOL_ERROR);
            row("[MQTT-2.2.1-3]", before, "32 | <a> 0000 " + none, PROTOCOL_ERROR);
            row("2.2.1", before, "34 | <a>", MALFORMED_PACKET);
            row("2.2.1", before, "34 | <a> 00", MALFORMED_PACKET);
            row("1.5.4", before, "30 | 0009 'aa'", MALFORMED_PACKET);
            row("3.3.2.1", before, "30 | 00", MALFORMED_PACKET);
            row("3.3.2.1", before, "30 |", MALFORMED_PACKET);
        }
        row("[MQTT-4.7.3-1]", V31, "30 | <> 'x'", TOPIC_NAME_INVALID);
        row("[MQTT-4.7.3-1]", V311, "30 | <> 'x'", TOPIC_NAME_INVALID);
    }

    private static void publishMqtt5() {
        row("3.3.2.1", V5, "30 | <> {} 'x'", PROTOCOL_ERROR);
        row("3.3.2.3.1", V5, "30 | <a>", MALFORMED_PACKET);
        row("3.3.2.3.1", V5, "30 | <a> 7f 'x'", MALFORMED_PACKET);
        row("[MQTT-1.5.5-1]", V5, "30 | <a> 8000 'x'", MALFORMED_PACKET);
        row("3.3.2.3", V5, "30 | <a> 02 02 00000001", MALFORMED_PACKET);
        row("3.3.2.3.2", V5, publish("01 01 01 01"), PROTOCOL_ERROR);
        row("3.3.2.3.2", V5, publish("01 02"), MALFORMED_PACKET);
        row("3.3.2.3.2", V5, publish("01 01"), OK);
        row("3.3.2.3.2", V5, "30 | <a> {01 01} ff", PAYLOAD_FORMAT_INVALID);
        row("3.3.2.3.2", V5, "30 | <a> {01 00} ff", OK);
        row("3.3.2.3.3", V5, publish("02 00000001 02 00000001"), PROTOCOL_ERROR);
        row("3.3.2.3.4", V5, publish("23 0001 23 0001"), PROTOCOL_ERROR);
        row("[MQTT-3.3.2-8]", V5, publish("23 0000"), PROTOCOL_ERROR);
        row("[MQTT-3.3.2-9]", V5, publish("23 0006"), TOPIC_ALIAS_INVALID);
        row("[MQTT-3.3.2-9]", V5, publish("23 0005"), OK);
        row("3.3.2.3.4", V5, "30 | <> {23 0001} 'x'", TOPIC_ALIAS_INVALID);
        row("3.3.2.3.5", V5, publish("08 <t> 08 <t>"), PROTOCOL_ERROR);
        row("[MQTT-3.3.2-14]", V5, publish("08 <t/+>"), TOPIC_NAME_INVALID);
        row("[MQTT-3.3.2-13]", V5, publish("08 0001 ff"), MALFORMED_PACKET);
        row("3.3.2.3.6", V5, publish("09 <d> 09 <d>"), PROTOCOL_ERROR);
        row("3.3.2.3.7", V5, publish("26 <n> <v> 26 <n> <v> 26 <> <>"), OK);
        row("3.3.2.3.7", V5, publish("26 <n> <two\nlines>"), OK);
        row("[MQTT-1.5.4-1]", V5, publish("26 <n> 0001 ff"), MALFORMED_PACKET);
        row("[MQTT-3.3.4-6]", V5, publish("0b 01"), PROTOCOL_ERROR);
        row("3.3.2.3.9", V5, publish("03 <t> 03 <t>"), PROTOCOL_ERROR);
        row("[MQTT-3.3.2-19]", V5, publish("03 0001 ff"), MALFORMED_PACKET);
        row("2.2.2.2", V5, publish("7f"), MALFORMED_PACKET);
        row("2.2.2.2", V5, publish("11 00000001"), MALFORMED_PACKET);
        row("3.3.2.3", V5, publish("01 01 02 00000001 23 0001 08 <t> 09 <t> 26 <n> <v> 03 <t>"), OK);
    }

    private static String publish(String properties) {
        return "30 | <a> {" + properties + "} 'x'";
    }

    private static void acknowledgements() {
        for (String before : List.of(V31, V311, V5)) {
            for (String header : List.of("40", "50", "62", "70")) {
                row("3.4", before, header + " | 0001", OK);
                row("[MQTT-2.2.1-3]", before, header + " | 0000", PROTOCOL_ERROR);
                row("3.4.2", before, header + " | 00", before.equals(V5) ? MALFORMED_PACKET : PROTOCOL_ERROR);
                row("3.4.2", before, header + " |", before.equals(V5) ? MALFORMED_PACKET : PROTOCOL_ERROR);
                row("3.4.2", before, header + " | 0001 000000", MALFORMED_PACKET);
            }
        }
        for (String before : List.of(V311, V5)) {
            row("[MQTT-2.1.3-1]", before, "41 | 0001", MALFORMED_PACKET);
            row("[MQTT-2.1.3-1]", before, "58 | 0001", MALFORMED_PACKET);
            row("[MQTT-3.6.1-1]", before, "60 | 0001", MALFORMED_PACKET);
            row("[MQTT-3.6.1-1]", before, "66 | 0001", MALFORMED_PACKET);
            row("[MQTT-2.1.3-1]", before, "72 | 0001", MALFORMED_PACKET);
        }
        row("3.1: DUP of a PUBREL that is sent again", V31, "6a | 0001", OK);
        row("3.4.2", V311, "40 | 0001 00", MALFORMED_PACKET);
        row("3.4.2", V5, "40 | 0001 10", OK);
        row("3.4.2", V5, "40 | 0001 00 {1f <why> 26 <n> <v>}", OK);
        row("3.4.2", V5, "40 | 0001 00 {1f <why> 1f <why>}", PROTOCOL_ERROR);
        row("[MQTT-3.4.2-1]", V5, "40 | 0001 01", PROTOCOL_ERROR);
        row("[MQTT-3.5.2-1]", V5, "50 | 0001 92", PROTOCOL_ERROR);
        row("[MQTT-3.6.2-1]", V5, "62 | 0001 92", OK);
        row("[MQTT-3.7.2-1]", V5, "70 | 0001 10", PROTOCOL_ERROR);
        row("2.2.2.2", V5, "40 | 0001 00 {01 01}", MALFORMED_PACKET);
    }

    private static void subscribe() {
        for (String before : List.of(V31, V311, V5)) {
            String none = before.equals(V5) ? "{}" : "";
            row("3.8", before, "82 | 0001 " + none + " <a/#> 02", OK);
            row("3.8.3: judged one by one in SUBACK", before, "82 | 0001 " + none + " <a/#/b> 00 <a+> 01", OK);
            row("[MQTT-3.8.3-2]", before, "82 | 0001 " + none, PROTOCOL_ERROR);
            row("[MQTT-2.2.1-3]", before, "82 | 0000 " + none + " <a> 00", PROTOCOL_ERROR);
            row("2.2.1", before, "82 | 00", before.equals(V5) ? MALFORMED_PACKET : PROTOCOL_ERROR);
            row("3.8.3.1", before, "82 | 0001 " + none + " <a> 03", PROTOCOL_ERROR);
            row("3.8.3", before, "82 | 0001 " + none + " <a>", PROTOCOL_ERROR);
            row("3.8.3", before, "82 | 0001 " + none + " <a> 00 0005 'a'", MALFORMED_PACKET);
            row("[MQTT-1.5.4-1]", before, "82 | 0001 " + none + " 0001 ff 00", MALFORMED_PACKET);
            row("[MQTT-1.5.4-1]", before, "82 | 0001 " + none + " <a> 00 0003 eda080 00", MALFORMED_PACKET);
            row("[MQTT-1.5.4-2]", before, "82 | 0001 " + none + " 0001 00 00", MALFORMED_PACKET);
            row("1.5.4", before, "82 | 0001 " + none + " 0001 1f 00", MALFORMED_PACKET);
            row("3.10", before, "a2 | 0001 " + none + " <a/#> <+>", OK);
            row("[MQTT-3.10.3-2]", before, "a2 | 0001 " + none, PROTOCOL_ERROR);
            row("[MQTT-2.2.1-3]", before, "a2 | 0000 " + none + " <a>", PROTOCOL_ERROR);
            row("[MQTT-1.5.4-1]", before, "a2 | 0001 " + none + " 0002 c328", MALFORMED_PACKET);
            row("[MQTT-1.5.4-2]", before, "a2 | 0001 " + none + " <a> 0001 00", MALFORMED_PACKET);
            row("3.10.3", before, "a2 | 0001 " + none + " 0005 'a'", MALFORMED_PACKET);
        }
        for (String before : List.of(V311, V5)) {
            row("[MQTT-3.8.1-1]", before, "80 | 0001 {} <a> 00", MALFORMED_PACKET);
            row("[MQTT-3.8.1-1]", before, "8a | 0001 {} <a> 00", MALFORMED_PACKET);
            row("[MQTT-3.10.1-1]", before, "a0 | 0001 {} <a>", MALFORMED_PACKET);
        }
        row("3.1: DUP of a SUBSCRIBE that is sent again", V31, "8a | 0001 <a> 00", OK);
        row("3.1: DUP of an UNSUBSCRIBE that is sent again", V31, "aa | 0001 <a>", OK);
        row("3.1.1: [MQTT-3-8.3-4]", V311, "82 | 0001 <a> 04", PROTOCOL_ERROR);
        row("[MQTT-4.7.3-1]", V311, "82 | 0001 <> 00", MALFORMED_PACKET);
        row("[MQTT-4.7.3-1], in SUBACK", V5, "82 | 0001 {} <> 00", OK);
        row("[MQTT-3.8.3-5]", V5, "82 | 0001 {} <a> 40", MALFORMED_PACKET);
        row("3.8.3.1", V5, "82 | 0001 {} <a> 30", PROTOCOL_ERROR);
        row("3.8.3.1", V5, "82 | 0001 {} <a> 2e", OK);
        row("[MQTT-3.8.3-4]", V5, "82 | 0001 {} <$share/g/a> 04", PROTOCOL_ERROR);
        row("3.8.2.1.2", V5, "82 | 0001 {0b 00} <a> 00", PROTOCOL_ERROR);
        row("3.8.2.1.2", V5, "82 | 0001 {0b 01 0b 02} <a> 00", PROTOCOL_ERROR);
        row("3.8.2.1.2", V5, "82 | 0001 {0b ffffff7f} <a> 00", OK);
        row("[MQTT-1.5.5-1]", V5, "82 | 0001 {0b 8100} <a> 00", MALFORMED_PACKET);
        row("1.5.5", V5, "82 | 0001 {0b ffffffff01} <a> 00", MALFORMED_PACKET);
        row("2.2.2.2", V5, "82 | 0001 {01 01} <a> 00", MALFORMED_PACKET);
        row("2.2.2.2", V5, "a2 | 0001 {0b 01} <a>", MALFORMED_PACKET);
        row("3.10.2.1.2", V5, "a2 | 0001 {26 <n> <v>} <a>", OK);
    }

    private static void others() {
        for (String before : List.of(V31, V311, V5)) {
            row("3.12", before, "c0 |", OK);
            row("3.12", before, "c0 | 00", MALFORMED_PACKET);
            row("3.14", before, "e0 |", OK);
            row("2.1.2", before, "00 |", PROTOCOL_ERROR);
            row("2.1.2", before, "20 | 0000", PROTOCOL_ERROR);
            row("2.1.2", before, "90 | 0001 00", PROTOCOL_ERROR);
            row("2.1.2", before, "b0 | 0001", PROTOCOL_ERROR);
            row("2.1.2", before, "d0 |", PROTOCOL_ERROR);
        }
        for (String before : List.of(V311, V5)) {
            row("[MQTT-2.1.3-1]", before, "c1 |", MALFORMED_PACKET);
            row("[MQTT-3.14.1-1]", before, "e1 |", MALFORMED_PACKET);
        }
        row("2.1.2", V311, "f0 |", PROTOCOL_ERROR);
        row("3.14", V311, "e0 | 00", MALFORMED_PACKET);
        row("3.14.2.1", V5, "e0 | 04", OK);
        row("[MQTT-3.14.2-1]", V5, "e0 | 01", PROTOCOL_ERROR);
        row("3.14.2.2", V5, "e0 | 00 {11 00000001 1f <why> 26 <n> <v>}", OK);
        row("3.14.2.2.2", V5, "e0 | 00 {11 00000001 11 00000001}", PROTOCOL_ERROR);
        row("3.14.2.2.2", connect("") + ";", "e0 | 00 {11 00000001}", PROTOCOL_ERROR);
        row("3.14.2.2.2", connect("") + ";", "e0 | 00 {11 00000000}", OK);
        row("3.14.2.2.5", V5, "e0 | 00 {1c <other>}", PROTOCOL_ERROR);
        row("3.14.2.2", V5, "e0 | 00 {} 00", MALFORMED_PACKET);
        row("[MQTT-4.12.0-6]", V5, "f0 | 18 {15 <m>}", PROTOCOL_ERROR);
        row("3.15", V5_AUTH, "f0 | 19 {15 <m> 16 <d> 1f <why> 26 <n> <v>}", OK);
        row("[MQTT-4.12.0-5]", V5_AUTH, "f0 | 19 {15 <n>}", BAD_AUTHENTICATION_METHOD);
        row("3.15.2.2.2", V5_AUTH, "f0 | 19 {}", BAD_AUTHENTICATION_METHOD);
        row("3.15.2.1", V5_AUTH, "f0 |", PROTOCOL_ERROR);
        row("3.15.2.1", V5_AUTH, "f0 | 00 {15 <m>}", PROTOCOL_ERROR);
        row("[MQTT-3.15.2-1]", V5_AUTH, "f0 | 01 {15 <m>}", PROTOCOL_ERROR);
        row("[MQTT-3.15.1-1]", V5_AUTH, "f1 | 19 {15 <m>}", MALFORMED_PACKET);
    }

    private static void framing() {
        for (String before : List.of(V31, V311, V5)) {
            String none = before.equals(V5) ? "00" : "20";
            row("1.5.5", before, "30 ffffffff01", MALFORMED_PACKET);
            row("1.5.5", before, "30 80808080", MALFORMED_PACKET);
            row("3.2.2.3.6", before, "30 | <a> " + none + "'" + "x".repeat(1000 - 7) + "'", OK);
            row("3.2.2.3.6", before, "30 | <a> " + none + "'" + "x".repeat(1000 - 6) + "'", PACKET_TOO_LARGE);
            row("3.2.2.3.6: by the header alone", before, "30 ffffff7f", PACKET_TOO_LARGE);
            row("2.1.4", before, "30 8400 0001 61 " + none, before.equals(V5) ? MALFORMED_PACKET : OK);
        }
        row("3.2.2.3.6", BEFORE_CONNECT, "10 d907 <MQTT> 04", PACKET_TOO_LARGE);
        row("[MQTT-1.5.5-1]", BEFORE_CONNECT, "10 8e00 <MQTT> 05 02 003c 00 <c>", MALFORMED_PACKET);
        row("2.1.4", BEFORE_CONNECT, "10 8d00 <MQTT> 04 02 003c <c>", OK);
    }
}

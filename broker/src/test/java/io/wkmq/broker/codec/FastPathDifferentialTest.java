package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that packets are accepted, refused and decoded in the same way with the fast path as by the HiveMQ decoders alone. */
class FastPathDifferentialTest {
    private static final long SEED = 4711;
    private static final int ROUNDS = 60_000;
    private static final int CONNECTIONS = 800;
    private static final int[] HEADERS = {
        0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x40, 0x50, 0x62, 0x70, 0x82, 0x82, 0xC0
    };

    private static final List<byte[]> PIECES = List.of(
            Wire.bytes("'ü'"),
            Wire.bytes("'日本'"),
            Wire.bytes("'😀'"),
            Wire.bytes("01 0a 1f"),
            Wire.bytes("7f c280"),
            Wire.bytes("efbfbf efb790"));

    /** Overlong forms, surrogates, beyond the last code point, cut off, U+0000. */
    private static final List<byte[]> ODD_PIECES = List.of(
            Wire.bytes("c080"),
            Wire.bytes("e08080"),
            Wire.bytes("f0808080"),
            Wire.bytes("eda080"),
            Wire.bytes("edbfbf"),
            Wire.bytes("f4908080"),
            Wire.bytes("f888808080"),
            Wire.bytes("e6 97"),
            Wire.bytes("ff"),
            Wire.bytes("00"));

    private static final List<String> FILTERS = List.of(
            "a/+/b",
            "#",
            "a/#",
            "/",
            "a#",
            "+a/b",
            "#/a",
            "$share/g/a/+",
            "$share/g",
            "$share//a",
            "$queue/a",
            "$SYS/#",
            "");

    private static final List<byte[]> ALIASES = List.of(
            Wire.bytes("30 | <first> {23 0001}"),
            Wire.bytes("30 | <second> {23 0002}"),
            Wire.bytes("30 | <ü> {23 0003}"));

    private final Random random = new Random(SEED);
    private int calm = 1;

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void readsTheSame(ProtocolVersion version) {
        PacketReaderHarness fast = harness(true, version);
        PacketReaderHarness slow = harness(false, version);
        int accepted = 0;
        int inPlace = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int header = HEADERS[random.nextInt(HEADERS.length)];
            ByteBuf body = body(header, version);
            mutate(body);
            int start = body.readerIndex();
            int end = body.writerIndex();
            String expected = slow.read(header, body, start, end);
            assertThat(fast.read(header, body, start, end))
                    .as("seed %s, round %s: %02x %s", SEED, round, header, ByteBufUtil.hexDump(body))
                    .isEqualTo(expected);
            if (expected.startsWith("refused")) {
                fast = harness(true, version);
                slow = harness(false, version);
            } else {
                accepted++;
            }
            inPlace += FastPath.read(header, body, start, end, version.isMqtt5(), topics()) == null ? 0 : 1;
        }
        assertThat(accepted).as("accepted").isBetween(ROUNDS / 4, ROUNDS * 9 / 10);
        assertThat(inPlace).as("read in place").isGreaterThan(ROUNDS / 8);
    }

    /** The properties are what the fast path is most likely to get wrong: so many of them are in place, and so many refused. */
    @Test
    void readsMostPropertiesInPlace() {
        int published = 0;
        int inPlace = 0;
        for (int round = 0; round < ROUNDS / 10; round++) {
            ByteBuf body = body(0x30, ProtocolVersion.MQTT_5);
            PacketReaderHarness slow = harness(false, ProtocolVersion.MQTT_5);
            if (!slow.read(0x30, body, body.readerIndex(), body.writerIndex()).startsWith("refused")) {
                published++;
                inPlace += FastPath.read(0x30, body, body.readerIndex(), body.writerIndex(), true, topics()) == null
                        ? 0
                        : 1;
            }
        }
        assertThat(published).as("accepted").isBetween(ROUNDS / 10 / 4, ROUNDS / 10 * 9 / 10);
        assertThat(inPlace).as("read in place").isGreaterThan(published * 8 / 10);
    }

    @Test
    void readsTheSameFromDamagedStreamsHoweverSplit() {
        calm = 30;
        int packets = 0;
        int rejected = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            byte[] stream = stream();
            try (Peer fast = new Peer(limits(true)).accepting();
                    Peer slow = new Peer(limits(false)).accepting()) {
                receiveInPieces(fast, stream);
                receiveInPieces(slow, stream);
                String context = "seed %s, connection %s: %s".formatted(SEED, i, ByteBufUtil.hexDump(stream));
                assertThat(PacketText.of(fast.handler.packets))
                        .as(context)
                        .isEqualTo(PacketText.of(slow.handler.packets));
                assertThat(fast.handler.rejected).as(context).isEqualTo(slow.handler.rejected);
                assertThat(fast.handler.why).as(context).isEqualTo(slow.handler.why);
                packets += fast.handler.packets.size();
                rejected += fast.handler.rejects;
            }
        }
        assertThat(packets).as("packets").isGreaterThan(CONNECTIONS * 8);
        assertThat(rejected).as("rejected").isBetween(CONNECTIONS / 4, CONNECTIONS * 9 / 10);
    }

    private byte[] stream() {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(Wire.bytes(Wire.CONNECT_5));
        ALIASES.forEach(out::writeBytes);
        for (int i = 0; i < 10; i++) {
            int header = HEADERS[random.nextInt(6)];
            ByteBuf body = body(header, ProtocolVersion.MQTT_5);
            if (odd(1)) {
                mutate(body);
            }
            out.writeByte(header);
            Wire.writeVariable(out, body.readableBytes());
            out.writeBytes(body);
        }
        return ByteBufUtil.getBytes(out);
    }

    private void receiveInPieces(Peer peer, byte[] stream) {
        for (int at = 0; at < stream.length; ) {
            int length = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 200));
            peer.receive(Arrays.copyOfRange(stream, at, at + length));
            at += length;
        }
    }

    private static TopicCache topics() {
        TopicCache topics = new TopicCache();
        topics.allowAliases(PacketReaderHarness.ALIASES);
        return topics;
    }

    /** A connection that has set some aliases. */
    private static PacketReaderHarness harness(boolean fastPath, ProtocolVersion version) {
        PacketReaderHarness harness = new PacketReaderHarness(limits(fastPath), version);
        if (version.isMqtt5()) {
            for (byte[] publish : ALIASES) {
                ByteBuf bytes = Unpooled.wrappedBuffer(publish);
                assertThat(harness.read(0x30, bytes, 2, bytes.writerIndex())).startsWith("Publish");
            }
        }
        return harness;
    }

    /** Whether something is wrong that is wrong once in so many times, or less when it is calm. */
    private boolean odd(int oneIn) {
        return random.nextInt(oneIn * calm) == 0;
    }

    /** A body that is valid or nearly so. */
    private ByteBuf body(int header, ProtocolVersion version) {
        ByteBuf body = Unpooled.buffer();
        body.writeZero(random.nextInt(3));
        body.readerIndex(body.writerIndex());
        if (header == 0x82) {
            return subscribe(body, version);
        }
        if (header >> 4 != 3) {
            return header == 0xC0 ? body : body.writeShort(random.nextInt(4) == 0 ? 0 : random.nextInt(65_536));
        }
        ByteBuf properties = version.isMqtt5() ? properties() : Unpooled.EMPTY_BUFFER;
        boolean aliased = version.isMqtt5() && properties.indexOf(0, properties.writerIndex(), (byte) 0x23) >= 0;
        Wire.writeText(body, aliased && random.nextBoolean() ? "" : topic());
        if ((header & 6) != 0) {
            body.writeShort(odd(20) ? 0 : 1 + random.nextInt(65_535));
        }
        if (version.isMqtt5()) {
            Wire.writeVariable(body, properties.readableBytes());
            body.writeBytes(properties);
        }
        byte[] payload = new byte[random.nextInt(10)];
        if (odd(2)) {
            random.nextBytes(payload);
        }
        return body.writeBytes(payload);
    }

    private ByteBuf subscribe(ByteBuf body, ProtocolVersion version) {
        body.writeShort(odd(20) ? 0 : 1 + random.nextInt(65_535));
        if (version.isMqtt5()) {
            boolean identified = random.nextInt(6) == 0;
            body.writeBytes(identified ? Wire.bytes("02 0b 07") : Wire.bytes("00"));
        }
        for (int i = odd(20) ? 0 : 1 + random.nextInt(3); i > 0; i--) {
            Wire.writeText(body, random.nextInt(3) == 0 ? FILTERS.get(random.nextInt(FILTERS.size())) : topic());
            body.writeByte(odd(20) ? random.nextInt(256) : random.nextInt(version.isMqtt5() ? 0x30 : 3));
        }
        return body;
    }

    /** Up to six properties in any order, which may hardly ever be there twice or not at all. */
    private ByteBuf properties() {
        ByteBuf out = Unpooled.buffer();
        List<Integer> ids = new ArrayList<>(List.of(0x01, 0x02, 0x03, 0x08, 0x09, 0x23, 0x26, 0x26, 0x26));
        Collections.shuffle(ids, random);
        int count = random.nextInt(4) == 0 ? 0 : random.nextInt(7);
        for (int i = 0; i < count; i++) {
            property(odd(60) ? random.nextInt(256) : ids.get(i), out);
        }
        return random.nextInt(200) == 0 ? out.writeBytes(large()) : out;
    }

    private void property(int id, ByteBuf out) {
        out.writeByte(id);
        switch (id) {
            case 0x01 -> out.writeByte(odd(20) ? random.nextInt(256) : random.nextInt(2));
            case 0x02 -> out.writeInt(random.nextInt());
            case 0x08 -> Wire.writeText(out, topic());
            case 0x09 -> Wire.writeBinary(out, new byte[random.nextInt(20)]);
            case 0x0B -> Wire.writeVariable(out, random.nextInt(1000));
            case 0x23 -> out.writeShort(odd(5) ? random.nextInt(10) : 1 + random.nextInt(3));
            case 0x26 -> {
                Wire.writeBinary(out, text());
                Wire.writeBinary(out, text());
            }
            default -> Wire.writeBinary(out, text());
        }
    }

    /** User properties whose length has two bytes or more. */
    private ByteBuf large() {
        ByteBuf out = Unpooled.buffer();
        for (int i = random.nextInt(1000); i >= 0; i--) {
            out.writeByte(0x26);
            Wire.writeText(out, "n");
            Wire.writeText(out, "v".repeat(random.nextInt(60)));
        }
        return out;
    }

    /** Text that is hardly ever ill-formed, by one byte or in a way that only UTF-8 knows. */
    private byte[] text() {
        ByteBuf out = Unpooled.buffer();
        for (int i = random.nextInt(random.nextBoolean() ? 8 : 40); i > 0; i--) {
            out.writeByte('a' + random.nextInt(26));
        }
        if (random.nextInt(3) == 0) {
            byte[] piece = PIECES.get(random.nextInt(PIECES.size()));
            int at = random.nextInt(out.readableBytes() + 1);
            ByteBuf with = Unpooled.buffer().writeBytes(out, 0, at).writeBytes(piece);
            out = with.writeBytes(out, at, out.writerIndex() - at);
        } else if (odd(20) && out.isReadable()) {
            out.setByte(random.nextInt(out.readableBytes()), random.nextInt(256));
        } else if (odd(20)) {
            out.writeBytes(ODD_PIECES.get(random.nextInt(ODD_PIECES.size())));
        }
        return ByteBufUtil.getBytes(out);
    }

    private String topic() {
        if (random.nextInt(3) == 0) {
            return "a/b"; // often the last topic
        }
        byte[] characters = new byte[random.nextInt(12)];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (byte) (odd(8) ? random.nextInt(128) : 'a' + random.nextInt(26));
        }
        String ascii = new String(characters, StandardCharsets.US_ASCII);
        return random.nextInt(10) == 0 ? ascii + "ü日" : ascii;
    }

    private void mutate(ByteBuf body) {
        if (random.nextInt(3) != 0 || !body.isReadable()) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> body.setByte(body.readerIndex() + random.nextInt(body.readableBytes()), random.nextInt(256));
            case 1 -> body.writerIndex(body.readerIndex() + random.nextInt(body.readableBytes()));
            default -> body.writeByte(random.nextInt(256));
        }
    }

    private static DecoderLimits limits(boolean fastPath) {
        return new DecoderLimits(1 << 20, 1 << 17, 1024, true, fastPath);
    }
}

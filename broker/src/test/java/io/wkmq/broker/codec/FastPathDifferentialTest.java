package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With the fast path the same packets are accepted, refused and read in the same way as by the HiveMQ decoders alone. */
class FastPathDifferentialTest {
    private static final long SEED = 4711;
    private static final int ROUNDS = 60_000;
    private static final int[] HEADERS = {0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x40, 0x50, 0x62, 0x70, 0xC0};

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void readsTheSame(ProtocolVersion version) {
        PacketReaderHarness fast = new PacketReaderHarness(limits(true), version);
        PacketReaderHarness slow = new PacketReaderHarness(limits(false), version);
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
            accepted += expected.startsWith("refused") ? 0 : 1;
            Packet.Inbound direct = FastPath.read(header, body, start, end, version.isMqtt5(), new TopicCache());
            inPlace += direct == null ? 0 : 1;
        }
        assertThat(accepted).as("accepted").isBetween(ROUNDS / 4, ROUNDS * 9 / 10);
        assertThat(inPlace).as("read in place").isGreaterThan(ROUNDS / 8);
    }

    /** A body that is valid or nearly so. */
    private ByteBuf body(int header, ProtocolVersion version) {
        ByteBuf body = Unpooled.buffer();
        body.writeZero(random.nextInt(3));
        body.readerIndex(body.writerIndex());
        if (header >> 4 != 3) {
            return header == 0xC0 ? body : body.writeShort(random.nextInt(4) == 0 ? 0 : random.nextInt(65_536));
        }
        Wire.writeText(body, topic());
        if ((header & 6) != 0) {
            body.writeShort(random.nextInt(20) == 0 ? 0 : random.nextInt(65_536));
        }
        if (version.isMqtt5()) {
            int kind = random.nextInt(10);
            body.writeBytes(Wire.bytes(kind == 0 ? "{23 0003}" : kind == 1 ? "{01 01 26 <n> <v>}" : "{}"));
        }
        byte[] payload = new byte[random.nextInt(10)];
        random.nextBytes(payload);
        return body.writeBytes(payload);
    }

    private String topic() {
        if (random.nextInt(3) == 0) {
            return "a/b"; // often the last topic
        }
        byte[] characters = new byte[random.nextInt(12)];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt(128) : 'a' + random.nextInt(26));
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

package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the connection receives what a client writes, however the bytes arrive. */
class InboundRoundTripTest {
    private static final long SEED = 20260101;
    private static final int CONNECTIONS = 60;

    /** The packets of one connection, as values and as bytes. */
    private record Conversation(List<String> packets, byte[] bytes, List<Integer> ends) {}

    private static Conversation converse(Random random, ProtocolVersion version) {
        RandomPackets generator = new RandomPackets(random, version);
        Packet.Connect connect = generator.connect();
        List<Packet.Inbound> packets = new ArrayList<>(List.of(connect));
        for (int i = random.nextInt(12); i > 0; i--) {
            packets.add(generator.packet());
        }
        String method = connect.authenticationMethod();
        if (method != null) {
            packets.add(generator.auth(method));
        }
        packets.add(generator.disconnect(connect));
        ClientWire wire = new ClientWire(version);
        ByteBuf bytes = Unpooled.buffer();
        List<Integer> ends = new ArrayList<>();
        for (Packet.Inbound packet : packets) {
            bytes.writeBytes(wire.bytes(packet));
            ends.add(bytes.readableBytes());
        }
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all);
        return new Conversation(PacketText.of(packets), all, ends);
    }

    private static void requireSame(RecordingHandler handler, List<String> expected) {
        assertThat(handler.why).isNull();
        assertThat(PacketText.of(handler.packets)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void coalescedPacketsAreReadInOrder(ProtocolVersion version) {
        for (int i = 0; i < CONNECTIONS; i++) {
            Conversation conversation = converse(new Random(SEED + i), version);
            for (boolean fastPath : new boolean[] {true, false}) {
                try (Peer peer = new Peer(limits(fastPath)).accepting()) {
                    peer.receive(conversation.bytes());
                    requireSame(peer.handler, conversation.packets());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void packetsMayBeSplitAtEveryByte(ProtocolVersion version) {
        Conversation conversation = converse(new Random(SEED), version);
        for (int i = 1;
                conversation.bytes().length > 500 || conversation.packets().size() < 6;
                i++) {
            conversation = converse(new Random(SEED + i), version);
        }
        requireSameHoweverSplit(conversation);
    }

    private static void requireSameHoweverSplit(Conversation conversation) {
        byte[] bytes = conversation.bytes();
        for (int split = 1; split < bytes.length; split++) {
            try (Peer peer = Peer.standard().accepting()) {
                peer.receive(Arrays.copyOfRange(bytes, 0, split));
                int length = split;
                long complete = conversation.ends().stream()
                        .filter(end -> end <= length)
                        .count();
                assertThat(peer.handler.packets).hasSize((int) complete);
                peer.receive(Arrays.copyOfRange(bytes, split, bytes.length));
                requireSame(peer.handler, conversation.packets());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void packetsMayArriveByteByByte(ProtocolVersion version) {
        for (int i = 0; i < 10; i++) {
            Conversation conversation = converse(new Random(SEED + i), version);
            try (Peer peer = Peer.standard().accepting()) {
                peer.receiveSlowly(conversation.bytes());
                requireSame(peer.handler, conversation.packets());
            }
        }
    }

    private static DecoderLimits limits(boolean fastPath) {
        return new DecoderLimits(1 << 20, 1 << 17, 1024, false, fastPath);
    }
}

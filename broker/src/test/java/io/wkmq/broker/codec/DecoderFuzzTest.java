package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Feeds damaged packets in random pieces. Whatever comes: no exception escapes, the client is rejected at most once, every buffer is
 * released, and memory use is proportional to what was sent. {@code -Dwkmq.fuzz.seconds} sets the duration, {@code -Dwkmq.fuzz.seed} the
 * seed.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // or it hangs
class DecoderFuzzTest {
    private static final long SECONDS = Long.getLong("wkmq.fuzz.seconds", 5);
    private static final long SEED = Long.getLong("wkmq.fuzz.seed", System.nanoTime());
    private static final long BYTES_PER_CONNECTION_MAX = 1 << 20;
    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.values());

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int rejected;
    private int packets;

    @Test
    void survivesDamagedPackets() {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        long connections = 0;
        for (; System.nanoTime() < end || connections < 100; connections++) {
            long seed = SEED + connections;
            if (memoryOf(seed) > BYTES_PER_CONNECTION_MAX) {
                // once more: classes that are loaded take memory too
                assertThat(memoryOf(seed)).as(context(seed)).isLessThan(BYTES_PER_CONNECTION_MAX);
            }
        }
        assertThat(rejected).as("some are rejected").isPositive();
        assertThat(packets).as("some are accepted").isGreaterThan((int) connections / 4);
    }

    /** Plays one connection; returns how much memory that took. */
    private long memoryOf(long seed) {
        Random random = new Random(seed);
        byte[] bytes = damaged(random);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        Peer peer = new Peer(new DecoderLimits(65_536, 8192, 64, random.nextBoolean(), random.nextBoolean()));
        peer.accepting();
        peer.channel.config().setAllocator(allocator);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        try {
            feed(peer, allocator, random, bytes);
            long used = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            peer.close();
            peer.channel.checkException();
            assertThat(peer.handler.rejects).isLessThanOrEqualTo(1);
            assertThat(allocator.metric().usedHeapMemory()).isZero();
            rejected += peer.handler.rejects;
            packets += peer.handler.packets.size();
            return used;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(context(seed), e);
        }
    }

    private static String context(long seed) {
        return "-Dwkmq.fuzz.seed=" + seed + ": " + ByteBufUtil.hexDump(damaged(new Random(seed)));
    }

    private static byte[] damaged(Random random) {
        ProtocolVersion version = VERSIONS.get(random.nextInt(VERSIONS.size()));
        RandomPackets generator = new RandomPackets(random, version);
        ClientWire wire = new ClientWire(version);
        ByteBuf bytes = Unpooled.buffer();
        Packet.Connect connect = generator.connect();
        bytes.writeBytes(damage(random, wire.bytes(connect), 4));
        for (int i = random.nextInt(6); i >= 0; i--) {
            bytes.writeBytes(damage(random, wire.bytes(generator.packet()), 2));
        }
        String method = connect.authenticationMethod();
        if (method != null) {
            bytes.writeBytes(damage(random, wire.bytes(generator.auth(method)), 2));
        }
        bytes.writeBytes(damage(random, wire.bytes(generator.disconnect(connect)), 2));
        return ByteBufUtil.getBytes(bytes);
    }

    private static byte[] damage(Random random, byte[] packet, int oneIn) {
        if (random.nextInt(oneIn) != 0) {
            return packet;
        }
        byte[] copy = packet.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(copy.length);
            switch (random.nextInt(4)) {
                case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> copy[at] = (byte) random.nextInt(256);
                case 2 -> copy[at] = (byte) (random.nextBoolean() ? 0 : 0xFF);
                default -> System.arraycopy(packet, 0, copy, at, copy.length - at);
            }
        }
        return copy;
    }

    /** Sends the bytes in pieces, while decoding is suspended and resumed at any time. */
    private static void feed(Peer peer, UnpooledByteBufAllocator allocator, Random random, byte[] bytes) {
        int[] suspensions = {0};
        Consumer<Packet.Inbound> accept = peer.handler.onPacket;
        peer.handler.onPacket = packet -> {
            if (random.nextInt(4) == 0) {
                suspensions[0]++;
                peer.decoder.suspend();
            }
            accept.accept(packet);
        };
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 400));
            peer.channel.writeInbound(allocator.buffer(length).writeBytes(bytes, at, length));
            at += length;
            while (suspensions[0] > 0 && (at == bytes.length || random.nextInt(3) != 0)) {
                suspensions[0]--;
                peer.decoder.resume();
            }
        }
    }
}

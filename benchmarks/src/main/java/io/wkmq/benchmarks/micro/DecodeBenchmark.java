package io.wkmq.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.codec.DecoderLimits;
import io.wkmq.broker.codec.HeldInput;
import io.wkmq.broker.codec.MqttDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Decodes a read of 64 PUBLISH packets of QoS 1 with 128 bytes of payload each; the score is per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
    private static final int PACKETS = 64;
    private static final int PAYLOAD_BYTES = 128;
    private static final String TOPIC = "site/12/device/345/temperature";

    /** Whether packets are decoded in place, or all by the HiveMQ decoders. */
    @Param({"true", "false"})
    public boolean fastPath;

    /** The kind of packets the client sends. */
    @Param
    public PublishKind kind = PublishKind.MQTT_5;

    private EmbeddedChannel channel = new EmbeddedChannel();
    private SinkHandler sink = new SinkHandler();
    private ByteBuf packets = Unpooled.EMPTY_BUFFER;
    private long reads;
    private int first; // number of packets that define the alias

    /** Connects a client and prepares its packets. */
    @Setup
    public void connect() {
        DecoderLimits defaults = DecoderLimits.defaults();
        DecoderLimits limits = new DecoderLimits(
                defaults.maxPacketSize(),
                defaults.maxPacketSizeBeforeConnect(),
                defaults.maxClientIdLength(),
                false,
                fastPath);
        sink = new SinkHandler();
        MqttDecoder decoder = new MqttDecoder(limits, new HeldInput(Long.MAX_VALUE), sink);
        channel = new EmbeddedChannel(decoder);
        channel.writeInbound(connectPacket());
        decoder.accepted(1);
        if (kind.properties()) {
            ByteBuf naming = Unpooled.buffer();
            publish(naming, TOPIC, PACKETS);
            channel.writeInbound(naming);
            first = 1;
        }
        packets = Unpooled.directBuffer();
        for (int i = 1; i <= PACKETS; i++) {
            publish(packets, kind.properties() ? "" : TOPIC, i);
        }
    }

    private ByteBuf connectPacket() {
        boolean mqtt5 = kind.version().isMqtt5();
        ByteBuf out = Unpooled.buffer();
        out.writeByte(0x10).writeByte(mqtt5 ? 14 : 13);
        text(out, "MQTT");
        out.writeByte(kind.version().level()).writeByte(0x02).writeShort(60);
        if (mqtt5) {
            out.writeByte(0);
        }
        text(out, "c");
        return out;
    }

    private void publish(ByteBuf out, String topic, int packetId) {
        ByteBuf properties = properties();
        int remaining = 2 + topic.length() + 2 + properties.readableBytes() + PAYLOAD_BYTES;
        out.writeByte(0x32).writeByte((remaining & 0x7F) | 0x80).writeByte(remaining >> 7);
        text(out, topic);
        out.writeShort(packetId).writeBytes(properties);
        out.writeZero(PAYLOAD_BYTES);
    }

    /** Returns the properties, preceded by their length; empty with MQTT 3.1.1. */
    private ByteBuf properties() {
        ByteBuf properties = Unpooled.buffer();
        if (kind.properties()) {
            properties.writeByte(0x23).writeShort(1);
            for (int i = 0; i < PublishKind.USER_PROPERTIES; i++) {
                properties.writeByte(0x26);
                text(properties, PublishKind.name(i));
                text(properties, PublishKind.value());
            }
        }
        ByteBuf out = Unpooled.buffer();
        return kind.version().isMqtt5()
                ? out.writeByte(properties.readableBytes()).writeBytes(properties)
                : out;
    }

    private static void text(ByteBuf out, String text) {
        out.writeShort(text.length());
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    /** Decodes one read of many packets. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void publish(Blackhole blackhole) {
        reads++;
        sink.into(blackhole);
        channel.pipeline().fireChannelRead(packets.retainedDuplicate());
        channel.pipeline().fireChannelReadComplete();
    }

    /** Checks that all packets were decoded, and frees them. */
    @TearDown
    public void close() {
        if (sink.publishes() != reads * PACKETS + first) {
            throw new IllegalStateException(sink.publishes() + " packets were decoded; expected " + PACKETS
                    + " in each of " + reads + " reads");
        }
        packets.release();
        channel.finishAndReleaseAll();
    }
}

package io.wkmq.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.codec.PacketEncoder;
import io.wkmq.broker.codec.PublishEncoder;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Delivery;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Writes a delivery of QoS 1 with 128 bytes of payload as PUBLISH into a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {
    private static final TopicName TOPIC = TopicName.of("site/12/device/345/temperature");
    private static final int PAYLOAD_BYTES = 128;

    /** The client's version. */
    @Param({"MQTT_3_1_1", "MQTT_5"})
    public ProtocolVersion version = ProtocolVersion.MQTT_5;

    private final ByteBuf out = Unpooled.directBuffer(1024);
    private final Message message = new Message(
            TOPIC,
            new byte[PAYLOAD_BYTES],
            Qos.AT_LEAST_ONCE,
            false,
            MessageProperties.NONE,
            "publisher",
            0,
            Message.NEVER);
    private PublishEncoder encoder = new PublishEncoder(version, PacketEncoder.NO_LIMIT, 0);
    private @Nullable Delivery delivery;

    /** Takes a delivery from a session: nobody else makes one. */
    @Setup
    public void deliver() {
        encoder = new PublishEncoder(version, PacketEncoder.NO_LIMIT, 0);
        InlineShard shard = new InlineShard();
        Sessions sessions = BenchmarkNode.sessions(shard);
        NullLink link = NullLink.connect(
                sessions,
                "client",
                new SubscribeRequest(
                        SubscriptionFilter.parse(TOPIC.text()), SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE)));
        shard.run();
        sessions.publish(message, HandOver.NONE);
        shard.run();
        delivery = link.last();
    }

    /** One packet. */
    @Benchmark
    public boolean publish() {
        out.clear();
        Delivery one = delivery;
        return one != null && encoder.write(one, message, false, 0, out);
    }

    /** Checks that a packet was written, and frees the buffer. */
    @TearDown
    public void close() {
        int expected = 2 + 1 + 2 + TOPIC.text().length() + 2 + (version.isMqtt5() ? 1 : 0) + PAYLOAD_BYTES;
        if (out.readableBytes() != expected) {
            throw new IllegalStateException(out.readableBytes() + " bytes were written; expected " + expected);
        }
        out.release();
    }
}

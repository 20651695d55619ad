package io.wkmq.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.codec.PacketEncoder;
import io.wkmq.broker.codec.PublishEncoder;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.Delivery;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.util.ArrayList;
import java.util.List;
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

/** Encodes a delivery of QoS 1 with 128 bytes of payload as a PUBLISH into a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {
    private static final TopicName TOPIC = TopicName.of("site/12/device/345/temperature");
    private static final int PAYLOAD_BYTES = 128;
    private static final int IDENTIFIER = 7;
    private static final int USER_PROPERTY_BYTES =
            5 + PublishKind.name(0).length() + PublishKind.value().length();

    /** The kind of packets the client receives. */
    @Param
    public PublishKind kind = PublishKind.MQTT_5;

    private final ByteBuf out = Unpooled.directBuffer(1024);
    private Message message = message(MessageProperties.NONE);
    private PublishEncoder encoder = new PublishEncoder(kind.version(), PacketEncoder.NO_LIMIT, 0);
    private @Nullable Delivery delivery;

    /** Obtains a delivery from a session, the only source of deliveries. */
    @Setup
    public void deliver() {
        message = message(kind.properties() ? properties() : MessageProperties.NONE);
        encoder = new PublishEncoder(kind.version(), PacketEncoder.NO_LIMIT, kind.properties() ? 10 : 0);
        InlineShard shard = new InlineShard();
        Sessions sessions = BenchmarkNode.sessions(shard);
        SubscriptionOptions options = SubscriptionOptions.of(
                Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND, kind.properties() ? IDENTIFIER : 0);
        NullLink link = NullLink.connect(
                sessions, "client", new SubscribeRequest(SubscriptionFilter.parse(TOPIC.text()), options));
        shard.run();
        sessions.publish(message, HandOver.NONE);
        shard.run();
        delivery = link.last();
    }

    private static Message message(MessageProperties properties) {
        return new Message(
                TOPIC, new byte[PAYLOAD_BYTES], Qos.AT_LEAST_ONCE, false, properties, "publisher", 0, Message.NEVER);
    }

    private static MessageProperties properties() {
        List<UserProperty> user = new ArrayList<>();
        for (int i = 0; i < PublishKind.USER_PROPERTIES; i++) {
            user.add(new UserProperty(PublishKind.name(i), PublishKind.value()));
        }
        return new MessageProperties(false, null, null, null, user);
    }

    /** Encodes one packet. */
    @Benchmark
    public boolean publish() {
        out.clear();
        Delivery one = delivery;
        return one != null && encoder.write(one, message, false, 0, out);
    }

    /** Checks that a complete packet was written, and frees the buffer. */
    @TearDown
    public void close() {
        int topic = kind.properties() ? 0 : TOPIC.text().length(); // replaced by the alias
        int properties = !kind.version().isMqtt5()
                ? 0
                : !kind.properties() ? 1 : 1 + 3 + PublishKind.USER_PROPERTIES * USER_PROPERTY_BYTES + 2;
        int expected = 2 + 1 + 2 + topic + 2 + properties + PAYLOAD_BYTES;
        if (out.readableBytes() != expected) {
            throw new IllegalStateException(out.readableBytes() + " bytes were written; expected " + expected);
        }
        out.release();
    }
}

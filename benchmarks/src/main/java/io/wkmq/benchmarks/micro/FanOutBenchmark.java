package io.wkmq.benchmarks.micro;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/**
 * Routes a message to the sessions of one shard, whose links write nothing; at QoS 1 every client acknowledges. The score is per message to
 * all sessions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FanOutBenchmark {
    private static final TopicName TOPIC = TopicName.of("site/12/device/345/temperature");

    /** The number of subscribed sessions. */
    @Param({"1", "100", "10000"})
    public int subscribers;

    /** The QoS of the messages and subscriptions. */
    @Param({"0", "1"})
    public int qos;

    private final InlineShard shard = new InlineShard();
    private final List<NullLink> links = new ArrayList<>();
    private long published;
    private Sessions sessions = BenchmarkNode.sessions(shard);

    /** Connects and subscribes the clients. */
    @Setup
    public void connect() {
        links.clear();
        published = 0;
        sessions = BenchmarkNode.sessions(shard);
        SubscribeRequest request = new SubscribeRequest(
                SubscriptionFilter.parse("site/+/device/345/temperature"), SubscriptionOptions.mqtt3(Qos.of(qos)));
        for (int i = 0; i < subscribers; i++) {
            links.add(NullLink.connect(sessions, "client-" + i, request));
            shard.run();
        }
    }

    /** Publishes one message to all sessions. */
    @Benchmark
    public void publish() {
        Message message = new Message(
                TOPIC, new byte[128], Qos.of(qos), false, MessageProperties.NONE, "publisher", 0, Message.NEVER);
        sessions.publish(message, HandOver.NONE);
        for (int i = 0; i < links.size(); i++) {
            links.get(i).acknowledgeLast();
        }
        shard.run();
        published++;
    }

    /** Checks that every client received every message: dropping them at a full queue would be faster. */
    @TearDown
    public void count() {
        for (NullLink link : links) {
            if (link.deliveries() != published) {
                throw new IllegalStateException(
                        link.deliveries() + " messages were delivered; expected " + published + " to each client");
            }
        }
    }
}

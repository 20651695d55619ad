package io.wkmq.benchmarks.micro;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Subscribes to new wildcard filters, ten per SUBSCRIBE, while sessions already hold many, a hundred each. The score is for 1000 filters,
 * from text to answer: its microseconds are nanoseconds per filter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 1000, batchSize = SubscribeBenchmark.PACKETS)
@Measurement(iterations = 500, batchSize = SubscribeBenchmark.PACKETS)
public class SubscribeBenchmark {
    static final int PACKETS = 100;

    private static final int PER_PACKET = 10;
    private static final int PER_SESSION = 100;
    private static final int STRIDE = 7_919; // so that the sessions used in an iteration are far apart
    private static final SubscriptionOptions OPTIONS = SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE);

    /** The number of existing subscriptions. */
    @Param({"10000", "100000", "1000000"})
    public int filters;

    private final List<NullLink> links = new ArrayList<>();
    private final List<List<SubscriptionFilter>> added = new ArrayList<>();
    private final String[] texts = new String[PACKETS * PER_PACKET];
    private int next;
    private int packet;

    /** Connects and subscribes the clients. */
    @Setup
    public void connect() {
        InlineShard shard = new InlineShard();
        Sessions sessions = BenchmarkNode.sessions(shard);
        links.clear();
        for (next = 0; next < filters; next++) {
            SubscribeRequest request = new SubscribeRequest(SubscriptionFilter.parse(text(next)), OPTIONS);
            if (next % PER_SESSION == 0) {
                links.add(NullLink.connect(sessions, "client-" + next, request));
                shard.run();
            } else {
                links.get(links.size() - 1).subscribe(List.of(request));
            }
        }
    }

    private static String text(int number) {
        return switch (number % 3) {
            case 0 -> "site/" + number + "/+/value";
            case 1 -> "site/" + number + "/#";
            default -> "+/" + number + "/device/value";
        };
    }

    /** Creates new filters. */
    @Setup(Level.Iteration)
    public void invent() {
        packet = 0;
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text(next++);
        }
    }

    /** Restores the number of subscriptions. */
    @TearDown(Level.Iteration)
    public void unsubscribe() {
        for (int i = 0; i < added.size(); i++) {
            link(i).unsubscribe(added.get(i));
        }
        added.clear();
    }

    /** Sends one SUBSCRIBE. */
    @Benchmark
    public void subscribe() {
        List<SubscribeRequest> requests = new ArrayList<>(PER_PACKET);
        List<SubscriptionFilter> parsed = new ArrayList<>(PER_PACKET);
        for (int i = 0; i < PER_PACKET; i++) {
            SubscriptionFilter filter = SubscriptionFilter.parse(texts[packet * PER_PACKET + i]);
            parsed.add(filter);
            requests.add(new SubscribeRequest(filter, OPTIONS));
        }
        link(packet).subscribe(requests);
        added.add(parsed);
        packet++;
    }

    private NullLink link(int number) {
        return links.get((int) ((next + (long) number * STRIDE) % links.size()));
    }
}

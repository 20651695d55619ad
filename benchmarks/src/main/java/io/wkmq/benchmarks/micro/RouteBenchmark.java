package io.wkmq.benchmarks.micro;

import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.Match;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finds the routes of a topic of six levels among many wildcard filters, one of which matches. {@code remembered} repeats the same topic,
 * {@code walked} cycles through more topics than are cached; for the latter the percentiles are relevant, and some 25 ns of each are due to
 * the clock.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
    private static final int TOPICS = 1 << 17;
    private static final int REMEMBERED_MAX = 2; // small enough that a walk over many topics never hits the cache
    private static final int DEVICES_PER_SITE = 100;
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    /** The number of filters in the table. */
    @Param({"10000", "100000", "1000000"})
    public int filters;

    private RouteTable<LocalSubscribers> table = new RouteTable<>(1);
    private final TopicName[] topics = new TopicName[TOPICS];
    private int next;

    /** Fills the table. */
    @Setup
    public void subscribe() {
        table = new RouteTable<>(1, REMEMBERED_MAX, () -> 1);
        for (int i = 0; i < filters; i++) {
            String device = i % DEVICES_PER_SITE + "/";
            String filter = "site/" + i / DEVICES_PER_SITE
                    + switch (i % 3) {
                        case 0 -> "/+/" + device + "temperature/celsius";
                        case 1 -> "/device/" + device + "+/celsius";
                        default -> "/device/" + device + "#";
                    };
            table.attach(TopicFilter.of(filter), 0, () -> SUBSCRIBERS);
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TOPICS; i++) {
            int device = random.nextInt(filters);
            topics[i] = TopicName.of("site/" + device / DEVICES_PER_SITE + "/device/" + device % DEVICES_PER_SITE
                    + "/temperature/celsius");
            if (table.match(topics[i]).empty()) {
                throw new IllegalStateException("Nobody wants " + topics[i] + "; expected a filter that matches");
            }
        }
    }

    /** Matches a cached topic. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public Match<LocalSubscribers> remembered() {
        return table.match(topics[0]);
    }

    /** Matches a topic that is not cached. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public Match<LocalSubscribers> walked() {
        next = (next + 1) & (TOPICS - 1);
        return table.match(topics[next]);
    }
}

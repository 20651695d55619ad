package io.wkmq.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.mvstore.Durability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.infra.Blackhole;

/** Each benchmark does what it is to time; the benchmarks check that themselves when they end. */
class MicroBenchmarksTest {
    private static final int CALLS = 1000;
    /** Each one of many packets, which tests watch over for leaks. */
    private static final int READS = 10;

    @ParameterizedTest
    @CsvSource({
        "true, MQTT_3_1_1",
        "true, MQTT_5",
        "true, MQTT_5_PROPERTIES",
        "false, MQTT_3_1_1",
        "false, MQTT_5",
        "false, MQTT_5_PROPERTIES"
    })
    void packetsAreDecoded(boolean fastPath, PublishKind kind) {
        DecodeBenchmark benchmark = new DecodeBenchmark();
        benchmark.fastPath = fastPath;
        benchmark.kind = kind;
        benchmark.connect();
        Blackhole blackhole = new Blackhole(
                "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
        for (int i = 0; i < READS; i++) {
            benchmark.publish(blackhole);
        }
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void deliveriesAreEncoded(PublishKind kind) {
        EncodeBenchmark benchmark = new EncodeBenchmark();
        benchmark.kind = kind;
        benchmark.deliver();
        for (int i = 0; i < CALLS; i++) {
            assertThat(benchmark.publish()).isTrue();
        }
        benchmark.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "100, 0", "100, 1"})
    void messagesReachAllSubscribers(int subscribers, int qos) {
        FanOutBenchmark benchmark = new FanOutBenchmark();
        benchmark.subscribers = subscribers;
        benchmark.qos = qos;
        benchmark.connect();
        for (int i = 0; i < CALLS; i++) {
            benchmark.publish();
        }
        benchmark.count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 10_000})
    void routesAreFound(int filters) {
        RouteBenchmark benchmark = new RouteBenchmark();
        benchmark.filters = filters;
        benchmark.subscribe();
        for (int i = 0; i < CALLS; i++) {
            assertThat(benchmark.remembered().empty()).isFalse();
            assertThat(benchmark.walked().empty()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"SYNC, 1", "SYNC, 16", "NONE, 128"})
    void messagesAreStored(Durability durability, int perFlush) throws Exception {
        StoreBenchmark benchmark = new StoreBenchmark();
        benchmark.durability = durability;
        benchmark.perFlush = perFlush;
        benchmark.open();
        for (int i = 0; i < READS; i++) {
            benchmark.append();
        }
        benchmark.close();
    }

    @Test
    void filtersAreSubscribedTo() {
        SubscribeBenchmark benchmark = new SubscribeBenchmark();
        benchmark.filters = CALLS;
        benchmark.connect();
        benchmark.invent();
        for (int i = 0; i < SubscribeBenchmark.PACKETS; i++) {
            benchmark.subscribe();
        }
        benchmark.unsubscribe();
    }
}

package io.wkmq.routing;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Prints what filters, routes and retained topics cost in memory and time. Not a test; run {@code main} by hand, best with
 * {@code -Xms4g -Xmx4g -XX:+UseSerialGC}.
 */
final class RoutingMeasurement {
    private static final int[] SIZES = {10_000, 100_000, 1_000_000};
    private static final int LOOKUPS = 400_000;
    private static final Subscribers SUBSCRIBERS = new Subscribers("x");

    private final Random random = new Random(1);
    /** Keeps results alive. */
    private long sink;

    /**
     * A kind of filters.
     *
     * @param name what to print
     * @param filter the filter of a number
     * @param topic a topic that only the filter of this number matches
     */
    private record Shape(String name, IntFunction<String> filter, IntFunction<String> topic) {}

    public static void main(String[] arguments) {
        RoutingMeasurement measurement = new RoutingMeasurement();
        Shape[] shapes = {
            new Shape(
                    "fleet/device/x/<id>/telemetry/+",
                    i -> "fleet/device/x/" + i + "/telemetry/+",
                    i -> "fleet/device/x/" + i + "/telemetry/t"),
            new Shape(
                    "2 per device, <id>/telemetry/+ and <id>/cmd/#",
                    i -> "fleet/device/x/" + i / 2 + (i % 2 == 0 ? "/telemetry/+" : "/cmd/#"),
                    i -> "fleet/device/x/" + i / 2 + (i % 2 == 0 ? "/telemetry/t" : "/cmd/t")),
            new Shape(
                    "1000 sites, s<i>/+/<id>/a/b/#",
                    i -> "s" + i % 1_000 + "/+/" + i + "/a/b/#",
                    i -> "s" + i % 1_000 + "/x/" + i + "/a/b/c"),
        };
        for (Shape shape : shapes) {
            System.out.println("filters " + shape.name);
            for (int size : SIZES) {
                measurement.routes(shape, size);
            }
        }
        for (int size : SIZES) {
            measurement.retained(size);
        }
        System.out.println("(" + measurement.sink + ")");
    }

    private void routes(Shape shape, int size) {
        TopicFilter[] filters = new TopicFilter[size];
        long start = used();
        for (int i = 0; i < size; i++) {
            filters[i] = TopicFilter.of(shape.filter.apply(i));
        }
        long afterFilters = used();
        RouteTable<Subscribers> table = new RouteTable<>(4, 1, random::nextInt);
        long[] attach = new long[size];
        for (int i = 0; i < size; i++) {
            TopicFilter filter = filters[i];
            long at = System.nanoTime();
            table.attach(filter, i & 3, () -> SUBSCRIBERS);
            attach[i] = System.nanoTime() - at;
        }
        long afterTable = used();
        TopicName[] hits = topics(shape.topic, size);
        TopicName[] misses = topics(i -> shape.topic.apply(i) + "/none", size);
        match(table, hits); // warms up
        String found = percentiles(match(table, hits));
        String none = percentiles(match(table, misses));
        long[] detach = new long[size];
        for (int i = 0; i < size; i++) {
            long at = System.nanoTime();
            table.detach(filters[i], i & 3);
            detach[i] = System.nanoTime() - at;
        }
        System.out.printf(
                "  %,9d: route and trie %.1f B, filter itself %.1f B; match ns: hit %s, no match %s; attach ns %s, detach ns %s%n",
                size,
                (afterTable - afterFilters) / (double) size - 8, // the array of times
                (afterFilters - start) / (double) size,
                found,
                none,
                percentiles(attach),
                percentiles(detach));
        cached(shape);
    }

    private void cached(Shape shape) {
        RouteTable<Subscribers> table = new RouteTable<>(4);
        for (int i = 0; i < 1_000; i++) {
            table.attach(TopicFilter.of(shape.filter.apply(i)), i & 3, () -> SUBSCRIBERS);
        }
        TopicName[] topics = new TopicName[1_000];
        Arrays.setAll(topics, i -> TopicName.of(shape.topic.apply(i)));
        for (int round = 0; round < 3; round++) {
            long at = System.nanoTime();
            for (int i = 0; i < 5_000_000; i++) {
                sink += table.match(topics[i % topics.length]).version();
            }
            if (round == 2) {
                System.out.printf("             cached match: %.1f ns%n", (System.nanoTime() - at) / 5e6);
            }
        }
    }

    private TopicName[] topics(IntFunction<String> topic, int size) {
        TopicName[] topics = new TopicName[LOOKUPS];
        Arrays.setAll(topics, i -> TopicName.of(topic.apply(random.nextInt(size))));
        return topics;
    }

    private long[] match(RouteTable<Subscribers> table, TopicName[] topics) {
        long[] times = new long[topics.length];
        for (int i = 0; i < topics.length; i++) {
            long at = System.nanoTime();
            Match<Subscribers> match = table.match(topics[i]);
            times[i] = System.nanoTime() - at;
            sink += match.locals().size();
        }
        return times;
    }

    private record Retained(TopicName topic, byte[] payload) {}

    private void retained(int size) {
        Retained[] values = new Retained[size];
        Arrays.setAll(values, i -> new Retained(TopicName.of("fleet/device/x/" + i + "/telemetry/t"), new byte[0]));
        long before = used();
        TopicIndex<Retained> index = new TopicIndex<>(Retained::topic, random.nextLong());
        long at = System.nanoTime();
        for (Retained value : values) {
            index.put(value);
        }
        double put = (System.nanoTime() - at) / (double) size;
        double bytes = (used() - before) / (double) size;
        at = System.nanoTime();
        TopicCursor<Retained> cursor = index.cursor(TopicFilter.of("fleet/+/x/+/telemetry/+"));
        int count = 0;
        for (Retained value = cursor.next(); value != null; value = cursor.next()) {
            count++;
        }
        double next = (System.nanoTime() - at) / (double) count;
        TopicCursor<Retained> barren = index.cursor(TopicFilter.of("fleet/+/x/+/telemetry/none"));
        at = System.nanoTime();
        sink += barren.next() == null ? 1 : 0;
        double pass = (System.nanoTime() - at) / (double) size;
        System.out.printf(
                "retained %,9d: index %.1f B per topic; put %.0f ns, cursor %.0f ns per value met, %.0f ns per value passed%n",
                count, bytes, put, next, pass);
    }

    private static String percentiles(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return "p50 " + sorted[sorted.length / 2] + " p99 " + sorted[sorted.length / 100 * 99] + " max "
                + sorted[sorted.length - 1];
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

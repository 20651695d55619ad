package io.wkmq.cluster.routes;

import com.sun.management.OperatingSystemMXBean;
import io.wkmq.cluster.routes.MemoryNetwork.MemoryNode;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.TopicFilter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures memory use and speed of replicated routes. Not a test: run its main with {@code -Xmx2g}. */
final class RoutesMeasurement {
    private static final int ROUTES = 1_000_000;
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static long cpuNanos;

    private RoutesMeasurement() {}

    public static void main(String[] arguments) throws InterruptedException {
        MemoryNetwork network = new MemoryNetwork();
        MemoryNode owner = network.start(1);
        long start = System.nanoTime();
        subscribe(owner, 0, ROUTES);
        print("subscribed alone", start, ROUTES);
        long alone = used();

        start = System.nanoTime();
        MemoryNode reader = network.start(2);
        await(reader, ROUTES);
        print("snapshot pulled by a second node", start, ROUTES);
        TimeUnit.SECONDS.sleep(12); // until the snapshot is let go
        System.out.printf("heap of the second node: %.1f B per route%n", (used() - alone) / (double) ROUTES);

        start = System.nanoTime();
        subscribe(owner, ROUTES, ROUTES + ROUTES / 2);
        print("... subscribed on the owner", start, ROUTES / 2);
        await(reader, ROUTES + ROUTES / 2);
        print("changes replicated", start, ROUTES / 2);
        start = System.nanoTime();
        for (int i = ROUTES; i < ROUTES + ROUTES / 2; i++) {
            owner.table.detach(filter(i), 0);
        }
        await(reader, ROUTES);
        print("removals replicated", start, ROUTES / 2);

        latency(owner);
        System.out.printf("%,d bytes sent in all%n", network.bytes.get());

        start = System.nanoTime();
        network.stop(owner);
        await(reader, 0);
        print("dropped after the owner was gone", start, ROUTES);
        network.close();
    }

    private static void latency(MemoryNode owner) throws InterruptedException {
        for (int round = 0; round < 2; round++) {
            int count = 3_000;
            long[] times = new long[count];
            CountDownLatch all = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                int number = i;
                long at = System.nanoTime();
                owner.table.attach(filter(10_000_000 + round * count + i), 0, () -> SUBSCRIBERS);
                owner.replication.awaitKnown(() -> {
                    times[number] = System.nanoTime() - at;
                    all.countDown();
                });
                LockSupport.parkNanos(at + 1_000_000 - System.nanoTime());
            }
            if (!all.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Routes are not known after 10 s");
            }
            Arrays.sort(times);
            System.out.printf(
                    "known by the other node after p50 %d us, p99 %d us at 1000/s%n",
                    times[count / 2] / 1_000, times[count / 100 * 99] / 1_000);
        }
    }

    private static void subscribe(MemoryNode node, int from, int to) {
        for (int i = from; i < to; i++) {
            node.table.attach(filter(i), 0, () -> SUBSCRIBERS);
        }
    }

    private static TopicFilter filter(int number) {
        return TopicFilter.of("device/x/" + number + "/telemetry/+");
    }

    private static void await(MemoryNode node, int size) throws InterruptedException {
        while (node.table.size() != size) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void print(String what, long startNanos, int count) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double cpuSeconds = (PROCESS.getProcessCpuTime() - cpuNanos) / 1e9;
        cpuNanos = PROCESS.getProcessCpuTime();
        System.out.printf(
                "%s: %.2f s, %,.0f routes/s, %.2f us of CPU each%n",
                what, seconds, count / seconds, cpuSeconds / count * 1e6);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

package io.wkmq.cluster.routes;

import com.sun.management.OperatingSystemMXBean;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.hazelcast.MemberSettings;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures speed and memory use of replicated routes over three real members in separate processes. Not a test: run its main with {@code
 * -Xmx2g}. All processes read the same clock.
 */
final class RoutesOverMembersMeasurement {
    private static final int ROUTES = 1_000_000;
    private static final String HOST = "127.0.0.1";
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    private RoutesOverMembersMeasurement() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0) {
            new Member(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).obey();
            return;
        }
        int seed = freePort();
        try (Member owner = new Member(1, seed, 0);
                Other second = new Other(2, seed)) {
            second.size(0);
            long empty = second.heap();
            long start = System.nanoTime();
            owner.subscribe(0, ROUTES);
            print("on a second node, subscribing included", start, second.size(ROUTES), ROUTES);
            System.out.printf("heap of the second node: %.1f B per route%n", (second.heap() - empty) / (double) ROUTES);
            start = System.nanoTime();
            try (Other third = new Other(3, seed)) {
                long full = third.size(ROUTES);
                System.out.printf(
                        "a third process joins and has %,d routes: %.2f s, %.2f s of them after its main began%n",
                        ROUTES, (full - start) / 1e9, (full - third.began) / 1e9);
                long cpu = Member.cpu();
                long cpuOfSecond = second.cpu();
                long cpuOfThird = third.cpu();
                start = System.nanoTime();
                owner.subscribe(ROUTES, ROUTES + ROUTES / 2);
                long both = Math.max(second.size(ROUTES + ROUTES / 2), third.size(ROUTES + ROUTES / 2));
                print("on two other nodes, subscribing included", start, both, ROUTES / 2);
                System.out.printf(
                        "CPU per route: owner %.1f us, the others %.1f and %.1f us%n",
                        (Member.cpu() - cpu) / 1e3 / (ROUTES / 2),
                        (second.cpu() - cpuOfSecond) / 1e3 / (ROUTES / 2),
                        (third.cpu() - cpuOfThird) / 1e3 / (ROUTES / 2));
                owner.latency(10_000_000);
                owner.latency(20_000_000);
                owner.unsubscribe(10_000_000, 10_000_000 + Member.LATENCIES);
                owner.unsubscribe(20_000_000, 20_000_000 + Member.LATENCIES);
                start = System.nanoTime();
                owner.unsubscribe(ROUTES, ROUTES + ROUTES / 2);
                print("removed on both", start, Math.max(second.size(ROUTES), third.size(ROUTES)), ROUTES / 2);
                System.out.printf("%d waits were overdue%n", owner.replication.overdue());
            }
        }
    }

    private static void print(String what, long startNanos, long endNanos, int count) {
        double seconds = (endNanos - startNanos) / 1e9;
        System.out.printf("%s: %.2f s, %,.0f routes/s%n", what, seconds, count / seconds);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static TopicFilter filter(int number) {
        return TopicFilter.of("device/x/" + number + "/telemetry/+");
    }

    /** The node in this process. */
    private static final class Member implements AutoCloseable {
        private static final int LATENCIES = 5_000;
        private final RouteTable<LocalSubscribers> table;
        private final HazelcastMembership membership;
        private final RouteReplication replication;
        private final long began = System.nanoTime();

        Member(int number, int seed) throws IOException {
            this(number, freePort(), seed);
        }

        Member(int number, int port, int seed) throws IOException {
            Node node = new Node(new NodeId(new UUID(1, number)), new NodeName("n" + number, HOST));
            Peer self = new Peer(node, number, HOST, 1, 1);
            OwnRoutes own = new OwnRoutes(number);
            table = new RouteTable<>(2, self.id(), own);
            List<SeedAddress> seeds = seed == 0 ? List.of() : List.of(new SeedAddress(HOST, seed));
            membership = HazelcastMembership.prepare(
                    new MemberSettings(
                            "bench",
                            HOST,
                            new MemberSettings.Ports(port, port),
                            new MemberSettings.Failures(
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(20),
                                    Detector.DEADLINE),
                            new MemberSettings.Joining(Duration.ofSeconds(30), Duration.ofSeconds(10)),
                            new MemberSettings.Healing(true, Duration.ofSeconds(10), Duration.ofSeconds(5)),
                            Duration.ofSeconds(5),
                            Duration.ofMinutes(5)),
                    self,
                    () -> seeds,
                    new ClusterFront("bench", node, number, 1, Cookie.of("secret"), null),
                    Files.createTempDirectory("wkmq-routes"));
            membership.open();
            replication = RouteReplication.start(
                    own,
                    table,
                    ShareStrategy.RANDOM,
                    membership,
                    membership.messenger(),
                    Duration.ofSeconds(2),
                    peer -> true);
        }

        void subscribe(int from, int to) {
            for (int i = from; i < to; i++) {
                table.attach(filter(i), 0, () -> SUBSCRIBERS);
            }
        }

        void unsubscribe(int from, int to) {
            for (int i = from; i < to; i++) {
                table.detach(filter(i), 0);
            }
        }

        /** How long it takes until all others have confirmed a route. */
        void latency(int first) throws InterruptedException {
            int count = LATENCIES;
            long[] times = new long[count];
            CountDownLatch all = new CountDownLatch(count);
            for (int i = 0; i < count; i++) {
                int number = i;
                long at = System.nanoTime();
                TopicFilter filter = filter(first + i);
                table.attach(filter, 0, () -> SUBSCRIBERS);
                replication.awaitKnown(() -> {
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
                    "confirmed by both others after p50 %d us, p90 %d us, p99 %d us at 1000/s%n",
                    times[count / 2] / 1_000, times[count / 10 * 9] / 1_000, times[count / 100 * 99] / 1_000);
        }

        /** Does what the first process says. */
        void obey() throws IOException, InterruptedException {
            System.out.println(began);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(
                        switch (line) {
                            case "heap" -> used();
                            case "cpu" -> cpu();
                            default -> awaitSize(Integer.parseInt(line));
                        });
            }
            close();
        }

        private long awaitSize(int size) throws InterruptedException {
            while (table.size() != size || membership.peers().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return System.nanoTime();
        }

        static long cpu() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }

        private static long used() {
            Runtime runtime = Runtime.getRuntime();
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return runtime.totalMemory() - runtime.freeMemory();
        }

        @Override
        public void close() {
            replication.close();
            membership.close();
        }
    }

    /** A node in another process. */
    private static final class Other implements AutoCloseable {
        private final BufferedReader from;
        private final BufferedWriter to;
        private final long began;

        Other(int number, int seed) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx2g",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RoutesOverMembersMeasurement.class.getName(),
                            Integer.toString(number),
                            Integer.toString(seed))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            from = process.inputReader(StandardCharsets.UTF_8);
            to = process.outputWriter(StandardCharsets.UTF_8);
            began = read();
        }

        /** Waits until it has so many routes, and is a member; when that was. */
        long size(int size) throws IOException {
            return ask(Integer.toString(size));
        }

        long heap() throws IOException {
            return ask("heap");
        }

        long cpu() throws IOException {
            return ask("cpu");
        }

        private long ask(String what) throws IOException {
            to.write(what);
            to.newLine();
            to.flush();
            return read();
        }

        private long read() throws IOException {
            String line = from.readLine();
            if (line == null) {
                throw new IOException("A node has ended");
            }
            return Long.parseLong(line);
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}

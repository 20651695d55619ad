package io.wkmq.benchmarks.link;

import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.routing.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiving node, in a separate process: records the delay of messages that carry the time they were forwarded; both processes read the
 * same clock. Its argument is the port of the other node. Prints its own port, then a report for each line it reads; exits at the end of
 * its input.
 */
final class LinkReceiver {
    private static final int DELAYS_MAX = 1_000_000;

    private final AtomicLong received = new AtomicLong();
    private final long[] delays = new long[DELAYS_MAX];
    private final AtomicInteger delayed = new AtomicInteger();

    private LinkReceiver() {}

    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err); // keeps log output apart
        new LinkReceiver().run(Integer.parseInt(args[0]), answers);
    }

    private void run(int otherPort, PrintStream answers) throws IOException {
        try (NodeLinks links = LinkNodes.start(2, (from, message, plain, groups, handOver) -> {
                    take(message);
                    return List.of();
                });
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            links.here(LinkNodes.peer(1, otherPort));
            answers.println(links.port());
            while (in.readLine() != null) {
                answers.println(report());
            }
        }
    }

    private void take(Message message) {
        received.lazySet(received.get() + 1);
        long forwardedAt = ByteBuffer.wrap(message.payload()).getLong();
        int at = delayed.get();
        if (forwardedAt != 0 && at < DELAYS_MAX) {
            delays[at] = System.nanoTime() - forwardedAt;
            delayed.lazySet(at + 1);
        }
    }

    /**
     * Returns the number of messages received, the CPU time of all threads, and the 50th, 90th, 99th and 100th percentile of the delays
     * since the last report.
     */
    private String report() {
        int count = delayed.getAndSet(0);
        long[] sorted = Arrays.copyOf(delays, Math.max(1, count));
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return received.get() + " " + Cpu.processNanos() + " " + sorted[last / 2] + " " + sorted[(int) (last * 0.9)]
                + " " + sorted[(int) (last * 0.99)] + " " + sorted[last];
    }

    /** Access to the CPU time of this process. */
    static final class Cpu {
        private static final com.sun.management.OperatingSystemMXBean PROCESS =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        private Cpu() {}

        static long processNanos() {
            return PROCESS.getProcessCpuTime();
        }
    }
}

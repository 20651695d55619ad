package io.wkmq.benchmarks.link;

import io.wkmq.routing.Qos;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Measures a node link on the loopback interface: two nodes in separate processes, and one thread that forwards messages of 256 bytes from
 * one to the other. Prints messages per second with the CPU time of each process, and the delay of messages at a steady rate. {@code
 * bin/wkbench link [seconds] [rate]}.
 */
public final class LinkMain {
    private static final int ROUNDS = 3;

    private LinkMain() {}

    /** Runs the measurements and prints the results. */
    public static void main(String[] args) throws IOException {
        int seconds;
        int rate;
        try {
            seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
            rate = args.length > 1 ? Integer.parseInt(args[1]) : 2_000;
            if (seconds < 1 || rate < 1) {
                throw new NumberFormatException(seconds + " seconds and " + rate + " messages a second");
            }
        } catch (NumberFormatException e) {
            System.err.println("wkbench link: " + e.getMessage() + "; expected seconds and messages a second");
            System.exit(2);
            return;
        }
        PrintStream out = System.out;
        System.setOut(System.err); // keeps log output apart
        measure(Duration.ofSeconds(seconds), rate, out);
    }

    private static void measure(Duration each, int rate, PrintStream out) throws IOException {
        try (LinkPair pair = new LinkPair()) {
            Throughput throughput = new Throughput(pair);
            for (int round = 1; round <= ROUNDS; round++) {
                for (Qos qos : new Qos[] {Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE}) {
                    out.println("round " + round + ", QoS " + qos.code() + ": " + throughput.run(qos, each));
                }
            }
        }
        for (Qos qos : new Qos[] {Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE}) {
            try (LinkPair pair = new LinkPair()) {
                out.println("QoS " + qos.code() + ", " + rate + " messages/s: " + new Delay(pair, qos).run(each, rate));
            }
        }
    }
}

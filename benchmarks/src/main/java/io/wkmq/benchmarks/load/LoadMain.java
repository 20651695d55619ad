package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.Arrays;

/** The process behind {@code bin/wkbench}. */
public final class LoadMain {
    static final int PASSED = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private LoadMain() {}

    /** Ends with 0 if the broker kept its promises, with 1 if not or if it cannot be reached, with 2 for wrong arguments. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs as {@link #main} does, in this process, and returns the exit status. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        if (Arrays.asList(args).contains("--help")) {
            out.print(Help.text());
            return PASSED;
        }
        try {
            Options options = OptionParser.parse(args);
            Result result = run(options, out);
            out.print(options.json() ? Report.json(result) + System.lineSeparator() : Report.text(result));
            return result.passed() ? PASSED : FAILED;
        } catch (UsageException e) {
            err.println("wkbench: " + e.getMessage());
            return USAGE;
        } catch (LoadException e) {
            err.println("wkbench: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("wkbench: interrupted before the end");
            return FAILED;
        }
    }

    private static Result run(Options options, PrintStream out) throws LoadException, InterruptedException {
        if (!options.json()) {
            out.println(options.target() + ": " + describe(options));
        }
        Progress progress = new Progress(options.json() ? null : out);
        int threads = Math.min(
                Runtime.getRuntime().availableProcessors(), options.crew().clients());
        try (Loops loops = new Loops(threads)) {
            return new LoadRun(options, progress, loops).run();
        }
    }

    private static String describe(Options options) {
        Crew crew = options.crew();
        Traffic traffic = options.traffic();
        if (crew.command() == Command.CONN) {
            return crew.idle() + " connections";
        }
        return (crew.publishers() > 0 ? crew.publishers() + " publishers, QoS " + traffic.qos() + ", " : "")
                + (crew.subscribers() > 0
                        ? crew.subscribers() + " subscribers, QoS " + traffic.subscriptionQos() + ", "
                        : "")
                + crew.pattern().text() + ", payload " + traffic.payloadBytes() + " bytes, "
                + (traffic.rate() == 0 ? "no rate limit" : traffic.rate() + " messages/s");
    }
}

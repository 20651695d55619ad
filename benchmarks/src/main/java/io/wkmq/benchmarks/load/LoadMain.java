package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

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
            Outcome outcome = run(options, Stamp.run(ThreadLocalRandom.current().nextInt()), out);
            out.print(options.json() ? outcome.json() + System.lineSeparator() : outcome.text());
            return outcome.passed() ? PASSED : FAILED;
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

    private static Outcome run(Options options, int run, PrintStream out) throws LoadException, InterruptedException {
        if (!options.json()) {
            out.println(options.target() + ": " + Runs.describe(options));
        }
        return Runs.run(options, run, new Progress(options.json() ? null : out, "", 1));
    }
}

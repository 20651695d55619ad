package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** The entry point of {@code bin/wkbench}. */
public final class LoadMain {
    static final int PASSED = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private LoadMain() {}

    /** Exits with 0 if the broker kept its promises, with 1 if it did not or cannot be reached, with 2 for wrong arguments. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /** Runs as {@link #main} does, without exiting, and returns the exit status. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        if (Arrays.asList(args).contains("--help")) {
            out.print(Help.text());
            return PASSED;
        }
        AtomicInteger next = new AtomicInteger(ThreadLocalRandom.current().nextInt());
        IntSupplier runs = () -> Stamp.run(next.getAndIncrement());
        try {
            if (args.length > 0 && args[0].equals("scenario")) {
                return scenarios(args, runs, out) ? PASSED : FAILED;
            }
            Options options = OptionParser.parse(args);
            Outcome outcome = run(options, runs.getAsInt(), out);
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

    private static List<Scenario> everywhere() {
        return Arrays.stream(Scenario.values()).filter(Scenario::anywhere).toList();
    }

    private static boolean scenarios(String[] args, IntSupplier runs, PrintStream out)
            throws UsageException, InterruptedException {
        List<Scenario> scenarios = new ArrayList<>();
        int index = 1;
        while (index < args.length && !args[index].startsWith("-")) {
            if (args[index].equals("list")) {
                ScenarioRun.list(out);
                return true;
            }
            scenarios.addAll(args[index].equals("all") ? everywhere() : List.of(Scenario.find(args[index])));
            index++;
        }
        if (scenarios.isEmpty()) {
            throw new UsageException("no scenario is named; expected list, all or names behind scenario");
        }
        ScenarioRun run = new ScenarioRun(new ScenarioLine(Arguments.read(args, index)), runs, out);
        boolean passed = true;
        for (Scenario scenario : scenarios) {
            passed &= run.run(scenario);
        }
        return passed;
    }
}

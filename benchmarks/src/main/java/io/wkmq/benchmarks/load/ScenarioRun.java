package io.wkmq.benchmarks.load;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Runs scenarios one after the other and prints their outcomes. Confined to the calling thread, which it blocks. */
final class ScenarioRun {
    private static final int TOGETHER_SECONDS = 10;

    private final ScenarioLine form;
    private final IntSupplier runs;
    private final PrintStream out;

    /**
     * Creates a runner.
     *
     * @param form converts the lines of a scenario to options
     * @param runs supplies the numbers of the runs
     */
    ScenarioRun(ScenarioLine form, IntSupplier runs, PrintStream out) {
        this.form = form;
        this.runs = runs;
        this.out = out;
    }

    /** Prints all scenarios. */
    static void list(PrintStream out) {
        for (Scenario scenario : Scenario.values()) {
            out.printf(Locale.ROOT, "%-16s %s%n", scenario.title(), scenario.about());
            for (String line : scenario.lines()) {
                out.println("  wkbench " + line);
            }
        }
    }

    /** Runs a scenario; returns whether it passed. */
    boolean run(Scenario scenario) throws UsageException, InterruptedException {
        List<Options> lines = new ArrayList<>();
        for (String line : scenario.lines()) {
            lines.add(form.options(line));
        }
        if (!form.json()) {
            out.println("== " + scenario.title() + ": " + scenario.about());
        }
        List<Outcome> outcomes = scenario.together() ? together(lines) : inTurn(lines);
        boolean passed = outcomes.stream().allMatch(Outcome::passed);
        if (form.json()) {
            out.println("{\"scenario\":\"" + scenario.title() + "\",\"runs\":["
                    + outcomes.stream().map(Outcome::json).collect(Collectors.joining(",")) + "]"
                    + ratio(outcomes, ",\"ratio\":%.3f")
                    + ",\"passed\":" + passed + "}");
        } else {
            out.print(ratio(outcomes, "ratio          %.2f of what the first run delivered in a second%n"));
            out.println(scenario.title() + ": " + (passed ? "passed" : "FAILED"));
        }
        return passed;
    }

    /** Formats the ratio of deliveries per second of the second run to the first; empty unless there are two runs. */
    private static String ratio(List<Outcome> outcomes, String format) {
        if (outcomes.size() == 2
                && outcomes.get(0) instanceof Result first
                && outcomes.get(1) instanceof Result second
                && first.deliveredPerSecond() > 0) {
            return String.format(Locale.ROOT, format, second.deliveredPerSecond() / first.deliveredPerSecond());
        }
        return "";
    }

    private List<Outcome> inTurn(List<Options> lines) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Options line : lines) {
            Outcome outcome = one(line, new Progress(form.json() ? null : out, "", 1));
            print(line, outcome);
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private List<Outcome> together(List<Options> lines) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(lines.size());
        List<Future<Outcome>> futures = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        try {
            for (int i = 0; i < lines.size(); i++) {
                Options line = lines.get(i);
                Progress progress = new Progress(form.json() ? null : out, "run " + (i + 1), TOGETHER_SECONDS);
                futures.add(threads.submit(() -> one(line, progress)));
            }
            for (int i = 0; i < lines.size(); i++) {
                Outcome outcome = futures.get(i).get();
                print(lines.get(i), outcome);
                outcomes.add(outcome);
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A run ended with an error of ours", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Outcome one(Options line, Progress progress) throws InterruptedException {
        try {
            return Runs.run(line, runs.getAsInt(), progress);
        } catch (LoadException e) {
            return new Impossible(String.valueOf(e.getMessage()));
        }
    }

    private void print(Options line, Outcome outcome) {
        if (!form.json()) {
            out.println(line.target() + ": " + Runs.describe(line));
            out.print(outcome.text());
        }
    }
}

package io.wkmq.benchmarks.load;

import java.util.Locale;

/** The findings of a run with several steps, collected figure by figure. Confined to the thread of the run. */
final class Findings implements Outcome {
    private static final int LABEL = 15;

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder json = new StringBuilder("{");
    private boolean passed = true;

    Findings(Command command) {
        Report.field(json, "command", '"' + command.text() + '"');
    }

    /** Adds a number. */
    Findings count(String field, String label, long value) {
        Report.field(json, field, value);
        return line(label, String.format(Locale.ROOT, "%,d", value));
    }

    /** Adds a number that is zero if the broker keeps its promises; otherwise the run fails. */
    Findings wrong(String field, String label, long value) {
        passed &= value == 0;
        return count(field, label, value);
    }

    /** Adds a number and its rate per second. */
    Findings rate(String field, String label, long value, double seconds) {
        double perSecond = seconds > 0 ? value / seconds : 0;
        Report.field(json, field, value);
        Report.field(json, field + "_per_second", Math.round(perSecond));
        return line(label, String.format(Locale.ROOT, "%,d, %,.0f/s", value, perSecond));
    }

    /** Adds a single time. */
    Findings time(String field, String label, long ns) {
        String ms = String.format(Locale.ROOT, "%.3f", ns / 1e6);
        Report.field(json, field + "_ms", ms);
        return line(label, ms + " ms");
    }

    /** Adds a distribution of times. */
    Findings times(String field, String label, Histogram times) {
        Report.field(json, field + "_ms", Report.times(times));
        Report.latency(text, label, times);
        return this;
    }

    /** Adds a condition without which the run fails. */
    Findings require(boolean so) {
        passed &= so;
        return this;
    }

    /** Adds the outcome of a simultaneous or subordinate run. */
    Findings part(String field, String label, Outcome outcome) {
        passed &= outcome.passed();
        Report.field(json, field, outcome.json());
        text.append(label).append(":\n").append(outcome.text().indent(2));
        return this;
    }

    private Findings line(String label, String value) {
        text.append(label).append(" ".repeat(Math.max(1, LABEL - label.length())));
        text.append(value).append('\n');
        return this;
    }

    @Override
    public boolean passed() {
        return passed;
    }

    @Override
    public String text() {
        return text + "verdict        " + (passed ? "passed" : "FAILED") + '\n';
    }

    @Override
    public String json() {
        return json + ",\"passed\":" + passed + '}';
    }
}

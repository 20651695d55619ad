package io.wkmq.benchmarks.load;

import java.util.Locale;

/** What a run of several steps found, figure by figure. Belongs to the thread of the run. */
final class Findings implements Outcome {
    private static final int LABEL = 15;

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder json = new StringBuilder("{");
    private boolean passed = true;

    Findings(Command command) {
        Report.field(json, "command", '"' + command.text() + '"');
    }

    /** A number. */
    Findings count(String field, String label, long value) {
        Report.field(json, field, value);
        return line(label, String.format(Locale.ROOT, "%,d", value));
    }

    /** A number that is zero if the broker keeps its promises. */
    Findings wrong(String field, String label, long value) {
        passed &= value == 0;
        return count(field, label, value);
    }

    /** A number and how many of it there were in a second. */
    Findings rate(String field, String label, long value, double seconds) {
        double perSecond = seconds > 0 ? value / seconds : 0;
        Report.field(json, field, value);
        Report.field(json, field + "_per_second", Math.round(perSecond));
        return line(label, String.format(Locale.ROOT, "%,d, %,.0f/s", value, perSecond));
    }

    /** A time. */
    Findings time(String field, String label, long ns) {
        String ms = String.format(Locale.ROOT, "%.3f", ns / 1e6);
        Report.field(json, field + "_ms", ms);
        return line(label, ms + " ms");
    }

    /** Many times. */
    Findings times(String field, String label, Histogram times) {
        Report.field(json, field + "_ms", Report.times(times));
        Report.latency(text, label, times);
        return this;
    }

    /** Something that must be so. */
    Findings require(boolean so) {
        passed &= so;
        return this;
    }

    /** What others found at the same time. */
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

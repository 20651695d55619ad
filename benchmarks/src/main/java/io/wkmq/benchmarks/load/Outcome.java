package io.wkmq.benchmarks.load;

/** The outcome of a run. */
interface Outcome {
    /** Returns whether the broker kept its promises. */
    boolean passed();

    /** Returns a human-readable report. */
    String text();

    /** Returns the report as a JSON object in one line. */
    String json();
}

package io.wkmq.benchmarks.load;

/** What a run found. */
interface Outcome {
    /** Whether the broker kept its promises. */
    boolean passed();

    /** For people. */
    String text();

    /** One line of JSON, an object. */
    String json();
}

package io.wkmq.broker.config;

/**
 * A text that is never shown: it prints as {@code ***}, so that a record which holds one can be logged.
 *
 * @param value the text; empty if none is set
 */
public record Secret(String value) {
    /** No secret. */
    public static final Secret NONE = new Secret("");

    /** Whether one is set. */
    public boolean present() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return "***";
    }
}

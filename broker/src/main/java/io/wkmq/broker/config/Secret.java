package io.wkmq.broker.config;

/**
 * A text that must not be shown. It prints as {@code ***}, so that records containing it can be logged.
 *
 * @param value the text; empty if none is set
 */
public record Secret(String value) {
    /** No secret. */
    public static final Secret NONE = new Secret("");

    /** Returns whether a secret is set. */
    public boolean present() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return "***";
    }
}

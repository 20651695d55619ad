package io.wkmq.benchmarks.load;

/** Thrown for wrong arguments; the message says what was given and what was expected. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}

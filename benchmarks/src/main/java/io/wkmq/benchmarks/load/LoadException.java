package io.wkmq.benchmarks.load;

/** The run cannot go on: the broker cannot be reached or refuses a client. The message says which and why. */
final class LoadException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadException(String message) {
        super(message);
    }

    LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}

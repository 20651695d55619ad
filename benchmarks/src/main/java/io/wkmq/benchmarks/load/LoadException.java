package io.wkmq.benchmarks.load;

/** Thrown if the run cannot continue: the broker is unreachable or refuses a client. The message says which and why. */
final class LoadException extends Exception {
    private static final long serialVersionUID = 1L;

    LoadException(String message) {
        super(message);
    }

    LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}

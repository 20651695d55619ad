package io.wkmq.broker;

/**
 * The node cannot start for a reason outside of it, such as a port that is taken. Its message is one line that says what
 * happened and what to do; it is shown without a stack trace.
 */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what happened, with the value, and what to do. */
    public StartupException(String message) {
        super(message);
    }

    /** The same, for the log also what caused it. */
    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}

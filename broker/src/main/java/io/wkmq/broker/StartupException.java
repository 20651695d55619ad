package io.wkmq.broker;

/**
 * Thrown if the node cannot start for an external reason, such as a port in use. The message is one line that says what
 * happened and what to do; it is shown without a stack trace.
 */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception. The message says what happened, with the offending value, and what to do. */
    public StartupException(String message) {
        super(message);
    }

    /** Creates an exception with the same kind of message, and a cause for the log. */
    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}

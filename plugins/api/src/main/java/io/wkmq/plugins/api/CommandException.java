package io.wkmq.plugins.api;

/** Thrown when a command fails. The message states the reason and what was expected. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message. */
    public CommandException(String message) {
        super(message);
    }

    /** Creates an exception with a message and a cause. */
    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}

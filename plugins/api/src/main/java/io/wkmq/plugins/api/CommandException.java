package io.wkmq.plugins.api;

/** A command could not be done. The text says why and what was expected. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A reason in words. */
    public CommandException(String message) {
        super(message);
    }

    /** A reason in words and what caused it. */
    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}

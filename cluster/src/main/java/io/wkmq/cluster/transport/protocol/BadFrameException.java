package io.wkmq.cluster.transport.protocol;

/** Thrown when the other side sends a malformed or unexpected frame. The connection ends; the message says why. */
public final class BadFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception; the message says what was received and what was expected. */
    public BadFrameException(String message) {
        super(message);
    }

    BadFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}

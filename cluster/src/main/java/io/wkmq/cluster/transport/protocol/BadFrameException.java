package io.wkmq.cluster.transport.protocol;

/** The other side sent what is no frame, or one that does not belong there. The connection ends; the text says why. */
public final class BadFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what came and what was expected. */
    public BadFrameException(String message) {
        super(message);
    }

    BadFrameException(String message, Throwable cause) {
        super(message, cause);
    }
}

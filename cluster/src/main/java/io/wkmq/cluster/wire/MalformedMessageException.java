package io.wkmq.cluster.wire;

/** Thrown when bytes from another node are not a message of the expected version. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception; the message says what was found and what was expected. */
    public MalformedMessageException(String message) {
        super(message);
    }
}

package io.wkmq.cluster.sessions.protocol;

/** Bytes from another node are no message of {@link V1}. */
public final class MalformedSessionMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what was found and what was expected. */
    public MalformedSessionMessageException(String message) {
        super(message);
    }
}

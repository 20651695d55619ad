package io.wkmq.cluster.wire;

/** Bytes from another node are no message of the version that is expected. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what was found and what was expected. */
    public MalformedMessageException(String message) {
        super(message);
    }
}

package io.wkmq.cluster.retained.protocol;

/** Bytes from another node are no message of {@link V1}. */
public final class MalformedSyncMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what was found and what was expected. */
    public MalformedSyncMessageException(String message) {
        super(message);
    }
}

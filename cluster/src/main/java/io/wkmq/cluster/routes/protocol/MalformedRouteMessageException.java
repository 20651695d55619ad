package io.wkmq.cluster.routes.protocol;

/** Bytes from another node are no message of {@link V1}. */
public final class MalformedRouteMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what was found and what was expected. */
    public MalformedRouteMessageException(String message) {
        super(message);
    }
}

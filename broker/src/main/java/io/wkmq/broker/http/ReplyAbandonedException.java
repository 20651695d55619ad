package io.wkmq.broker.http;

/** Thrown to end the work on a response that is no longer wanted: the client is gone or does not read, or the node is stopping. */
public final class ReplyAbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with the reason. */
    public ReplyAbandonedException(String message) {
        super(message);
    }
}

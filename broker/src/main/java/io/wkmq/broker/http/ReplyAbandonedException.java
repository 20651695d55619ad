package io.wkmq.broker.http;

/** Nobody wants the rest of an answer: the client is gone or does not read, or the node stops. Ends the work for it. */
public final class ReplyAbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public ReplyAbandonedException(String message) {
        super(message);
    }
}

package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * Thrown if a message was not appended and will not be, because too much is queued or it waited too long. Has no stack trace: creating one
 * would dominate the cost of a refusal exactly when the node is overloaded, and it would not point to a bug.
 */
public final class OverloadedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a reason. */
    public OverloadedException(String reason) {
        super(reason);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}

package io.wkmq.broker.http;

import org.jspecify.annotations.Nullable;

/** Management cannot start for a reason outside of the program. The message names the key and says what to do. */
public final class ManagementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what happened, with the value, and what to do. */
    public ManagementException(String message) {
        super(message);
    }

    /** The same with what caused it. */
    public ManagementException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

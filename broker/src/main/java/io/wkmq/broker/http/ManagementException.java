package io.wkmq.broker.http;

import org.jspecify.annotations.Nullable;

/** Thrown when management cannot start for an external reason. The message names the configuration key and says what to do. */
public final class ManagementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message states what happened, the configured value, and what to do. */
    public ManagementException(String message) {
        super(message);
    }

    /** Creates an exception like {@link #ManagementException(String)}, with its cause. */
    public ManagementException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

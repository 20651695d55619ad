package io.wkmq.broker.listener;

import org.jspecify.annotations.Nullable;

/** Thrown when a listener cannot do as told for an external reason. The message names the configuration key and says what to do. */
public final class ListenerException extends RuntimeException {
    ListenerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    ListenerException(String message) {
        super(message);
    }
}

package io.wkmq.broker.listener;

import org.jspecify.annotations.Nullable;

/** A listener cannot do what it is told, for reasons outside of the program. The message names the key and says what to do. */
public final class ListenerException extends RuntimeException {
    ListenerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    ListenerException(String message) {
        super(message);
    }
}

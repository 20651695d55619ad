package io.wkmq.channel.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown when it is unknown whether a message was, or will be, appended. */
public final class IndeterminateException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a reason and its cause. */
    public IndeterminateException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

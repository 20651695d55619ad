package io.wkmq.channel.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether a message was appended, or will be, is not known. */
public final class IndeterminateException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Because of that. */
    public IndeterminateException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

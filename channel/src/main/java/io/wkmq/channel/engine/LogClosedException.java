package io.wkmq.channel.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown if a log accepts no more entries until the node is restarted. */
public final class LogClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a reason and an optional cause. */
    public LogClosedException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

package io.wkmq.channel.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Nothing more gets into a log, until its node is started again. */
public final class LogClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Because of that. */
    public LogClosedException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

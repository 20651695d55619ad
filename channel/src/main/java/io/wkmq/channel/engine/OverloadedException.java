package io.wkmq.channel.engine;

import java.io.IOException;

/**
 * A message was not appended, and will not be: too much waits already, or it waited too long. It has no stack trace: that would take most of
 * the time that refusing takes, when there is least of it, and nobody looks for a bug there.
 */
public final class OverloadedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Because of that. */
    public OverloadedException(String reason) {
        super(reason);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}

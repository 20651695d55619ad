package io.wkmq.channel.engine;

import java.io.IOException;

/** A message was not appended, and will not be: too much waits already, or it waited too long. */
public final class OverloadedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Because of that. */
    public OverloadedException(String reason) {
        super(reason);
    }
}

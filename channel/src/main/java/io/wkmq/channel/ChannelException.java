package io.wkmq.channel;

import org.jspecify.annotations.Nullable;

/** Thrown if an administrative request on channels is refused or fails, or if its outcome is unknown. The message says why. */
public final class ChannelException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a reason for the administrator and an optional cause. */
    public ChannelException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

package io.wkmq.channel;

import org.jspecify.annotations.Nullable;

/** What an administrator wants of channels is not possible, or its end is not known. The message says why. */
public final class ChannelException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Because of that. */
    public ChannelException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}

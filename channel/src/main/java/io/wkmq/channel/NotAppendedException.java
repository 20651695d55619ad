package io.wkmq.channel;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a message was not appended to its channel, or if the outcome is unknown: the message must not be acknowledged. Has no stack
 * trace (its cause may have one), because one is created for every message refused under overload.
 */
public final class NotAppendedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The reason why a message was not appended. */
    public enum Reason {
        /** Too many messages are queued or disk space is short: the message was not appended. Retrying later may succeed. */
        BUSY("wk:busy"),
        /** Too few replicas are available: the message may have been appended, or may still be. */
        NO_QUORUM("wk:no-quorum"),
        /** The append was not confirmed in time: the message may have been appended. */
        NOT_COMMITTED("wk:not-committed"),
        /** The channel has a different message with the same name. Retrying is pointless. */
        CONFLICT("wk:conflict"),
        /** The channel has yet to be moved to the replicated groups: the message was not appended. Retrying later will succeed. */
        MOVING("wk:moving"),
        /** The channel was deleted in the meantime. */
        NO_CHANNEL("wk:no-channel"),
        /** The node accepts no messages for channels until it is restarted. */
        UNAVAILABLE("wk:unavailable");

        private final String word;

        Reason(String word) {
            this.word = word;
        }
    }

    private final Reason reason;

    /** Creates an exception whose message starts with the machine-readable word of its reason. */
    public NotAppendedException(Reason reason, String text, @Nullable Throwable cause) {
        super(reason.word + ' ' + text, cause);
        this.reason = reason;
    }

    /** Returns why the message was not appended. */
    public Reason reason() {
        return reason;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}

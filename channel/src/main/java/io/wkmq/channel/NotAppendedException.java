package io.wkmq.channel;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A message is not in its channel, or nobody knows whether it is: it must not be acknowledged. It has no stack trace, but its cause may have
 * one: each message that is refused under overload has one of these.
 */
public final class NotAppendedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why a message is not in its channel. */
    public enum Reason {
        /** Too much waits already, or there is no space: it is not there. Trying again later may help. */
        BUSY("wk:busy"),
        /** Too few of the nodes that keep the channel are there: it may be in it, or get there. */
        NO_QUORUM("wk:no-quorum"),
        /** It was not said in time that it is there: it may be. */
        NOT_COMMITTED("wk:not-committed"),
        /** Another message of that name is there. Trying again is of no use. */
        CONFLICT("wk:conflict"),
        /** The channel is to be moved to the nodes that keep it together: it is not there. Trying again later helps. */
        MOVING("wk:moving"),
        /** The channel was removed meanwhile. */
        NO_CHANNEL("wk:no-channel"),
        /** The node takes nothing until it is started again. */
        UNAVAILABLE("wk:unavailable");

        private final String word;

        Reason(String word) {
            this.word = word;
        }
    }

    private final Reason reason;

    /** Because of that; the message begins with a word for programs. */
    public NotAppendedException(Reason reason, String text, @Nullable Throwable cause) {
        super(reason.word + ' ' + text, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}

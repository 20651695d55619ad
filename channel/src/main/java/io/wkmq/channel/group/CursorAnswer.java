package io.wkmq.channel.group;

import io.wkmq.channel.storage.CorruptDataException;

/**
 * The result of an operation on one cursor.
 *
 * @param hold the hold with which it can be moved from now on, if it was taken
 * @param next the sequence number that its reader gets next
 */
public record CursorAnswer(Result result, long hold, long next) implements GroupAnswer {
    /** The kind of result. */
    public enum Result {
        /** The operation is in effect. */
        DONE(0),
        /** The channel does not exist, or is still being imported. */
        NO_CHANNEL(1),
        /** There is no such cursor. */
        NO_CURSOR(2),
        /** The channel has its maximum number of cursors. */
        TOO_MANY(3);

        private final int code;

        Result(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Result of(int code) {
            return switch (code) {
                case 0 -> DONE;
                case 1 -> NO_CHANNEL;
                case 2 -> NO_CURSOR;
                case 3 -> TOO_MANY;
                default -> throw new CorruptDataException("A result is " + code + "; expected 0 to 3");
            };
        }
    }

    static CursorAnswer not(Result result) {
        return new CursorAnswer(result, 0, 0);
    }
}

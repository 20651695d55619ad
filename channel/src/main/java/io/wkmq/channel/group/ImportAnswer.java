package io.wkmq.channel.group;

import io.wkmq.channel.storage.CorruptDataException;

/**
 * How far a channel has come whose records are imported.
 *
 * @param next the sequence number of the record that it needs next; 0 if there is no such channel
 */
public record ImportAnswer(Result result, long next) implements GroupAnswer {
    /** Whether more can come. */
    public enum Result {
        /** It takes what is imported, and nothing else. */
        IMPORTING(0),
        /** It takes what is appended, and nothing that is imported. */
        COMPLETE(1),
        /** The channel is not known, or no longer. */
        NO_CHANNEL(2);

        private final int code;

        Result(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Result of(int code) {
            return switch (code) {
                case 0 -> IMPORTING;
                case 1 -> COMPLETE;
                case 2 -> NO_CHANNEL;
                default -> throw new CorruptDataException("A result is " + code + "; expected 0 to 2");
            };
        }
    }

    static ImportAnswer noChannel() {
        return new ImportAnswer(Result.NO_CHANNEL, 0);
    }

    static ImportAnswer of(ChannelState state) {
        return new ImportAnswer(state.importing() ? Result.IMPORTING : Result.COMPLETE, state.next());
    }
}

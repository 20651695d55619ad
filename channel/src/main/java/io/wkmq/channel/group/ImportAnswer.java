package io.wkmq.channel.group;

import io.wkmq.channel.storage.CorruptDataException;

/**
 * The progress of importing a channel.
 *
 * @param next the sequence number of the next record it expects; 0 if there is no such channel
 */
public record ImportAnswer(Result result, long next) implements GroupAnswer {
    /** The state of the import. */
    public enum Result {
        /** The channel accepts imported records, and nothing else. */
        IMPORTING(0),
        /** The channel accepts appends, and no imported records. */
        COMPLETE(1),
        /** There is no such channel. */
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

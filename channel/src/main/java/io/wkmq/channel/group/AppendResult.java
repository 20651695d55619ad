package io.wkmq.channel.group;

import io.wkmq.channel.storage.CorruptDataException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a {@link GroupOp.Append}. */
public sealed interface AppendResult extends GroupAnswer {
    /**
     * The append is in effect.
     *
     * @param term the group's leadership term
     * @param parts as in the operation
     */
    record Done(long term, List<PartResult> parts) implements AppendResult {
        /** Copies the list. */
        public Done {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Not applied, because earlier operations of the producer are not in the log and must be sent again.
     *
     * @param expected the number of the first of them
     */
    record OutOfOrder(long expected) implements AppendResult {}

    /**
     * Not applied, because the producer has a higher epoch.
     *
     * @param epoch the higher epoch
     */
    record Fenced(long epoch) implements AppendResult {}

    /** Applied so long ago that the result is no longer known. */
    record Forgotten() implements AppendResult {}

    /** The result of one entry. */
    enum Outcome {
        /** Appended with a new sequence number. */
        APPENDED(0),
        /** Deduplicated: the sequence number is that of the existing record. */
        DUPLICATE(1),
        /** Not appended: another message has the same name. The sequence number is that of the other message. */
        CONFLICT(2),
        /** Not appended: the channel does not exist, or is still being imported. */
        NO_CHANNEL(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /** Returns the code in stored and transmitted results. */
        int code() {
            return code;
        }

        static Outcome of(int code) {
            return switch (code) {
                case 0 -> APPENDED;
                case 1 -> DUPLICATE;
                case 2 -> CONFLICT;
                case 3 -> NO_CHANNEL;
                default -> throw new CorruptDataException("An outcome is " + code + "; expected 0 to 3");
            };
        }
    }

    /**
     * The results of the entries for one channel.
     *
     * @param timeMs when they were appended
     * @param seqs the sequence number of each; not to be modified
     * @param outcomes the outcome of each; null if all were appended
     */
    record PartResult(long timeMs, long[] seqs, Outcome @Nullable [] outcomes) {
        /** Returns the outcome of the entry at this index. */
        public Outcome outcome(int index) {
            return outcomes == null ? Outcome.APPENDED : outcomes[index];
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof PartResult result
                    && timeMs == result.timeMs
                    && Arrays.equals(seqs, result.seqs)
                    && Arrays.equals(outcomes, result.outcomes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(seqs);
        }

        @Override
        public String toString() {
            return "PartResult[timeMs=" + timeMs + ", seqs=" + Arrays.toString(seqs) + ", outcomes="
                    + Arrays.toString(outcomes) + ']';
        }
    }
}

package io.wkmq.channel.group;

import io.wkmq.channel.storage.CorruptDataException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an {@link GroupOp.Append}. */
public sealed interface AppendResult extends GroupAnswer {
    /**
     * It is in effect.
     *
     * @param term how often the group has had another leader
     * @param parts as in the operation
     */
    record Done(long term, List<PartResult> parts) implements AppendResult {
        /** Copies the list. */
        public Done {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Nothing was done, for the producer's operations in front of it are not in the log: they have to be sent again.
     *
     * @param expected the number of the first of them
     */
    record OutOfOrder(long expected) implements AppendResult {}

    /**
     * Nothing was done, for the producer has a higher epoch by now.
     *
     * @param epoch that one
     */
    record Fenced(long epoch) implements AppendResult {}

    /** It is in effect, but so long that what became of it is not known any more. */
    record Forgotten() implements AppendResult {}

    /** What became of an entry. */
    enum Outcome {
        /** It has a sequence number of its own. */
        APPENDED(0),
        /** It was there already: the sequence number is that of the first one. */
        DUPLICATE(1),
        /** Another message of that name is there: the sequence number is that one's. */
        CONFLICT(2),
        /** The channel is not known, or no longer. */
        NO_CHANNEL(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /** In what is stored. */
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
     * What became of the entries for one channel.
     *
     * @param timeMs when they were appended
     * @param seqs the sequence number of each; not to be changed
     * @param outcomes of each; null if all were appended
     */
    record PartResult(long timeMs, long[] seqs, Outcome @Nullable [] outcomes) {
        /** What became of the entry of that index. */
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

package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas of a channel have.
 *
 * @param channel its name
 * @param last the sequence number of the last record that all have who could say; digests are of all up to that one
 * @param records how many records of each replica were read from its disk and compared; 0 if that was not asked for
 * @param replicas one for each node that is here
 */
public record ChannelVersion(String channel, long last, long records, List<Replica> replicas) {
    /** Copies the list. */
    public ChannelVersion {
        replicas = List.copyOf(replicas);
    }

    /**
     * What a node has.
     *
     * @param node what it is called; null for this one
     * @param first the sequence number of the first record; 0 if that is not known
     * @param last that of the last record; one less than {@code first} if there is none
     * @param digest of all that the channel was given up to {@link ChannelVersion#last}; null if that is not known
     * @param problem what is wrong with it; null if nothing is
     */
    public record Replica(
            @Nullable String node,
            long first,
            long last,
            @Nullable Long digest,
            @Nullable String problem) {
        /** How many records there are. */
        public long count() {
            return first == 0 ? 0 : last - first + 1;
        }

        Replica with(String found) {
            return new Replica(node, first, last, digest, found);
        }
    }

    /** Whether nothing is wrong. */
    public boolean sound() {
        return replicas.stream().allMatch(replica -> replica.problem() == null);
    }
}

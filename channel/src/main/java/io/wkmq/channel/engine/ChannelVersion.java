package io.wkmq.channel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of the replicas of a channel.
 *
 * @param channel the channel's name
 * @param last the last record common to all replicas that could be asked; digests cover everything up to it
 * @param records how many records of each replica were read from disk and compared; 0 if that was not asked for
 * @param replicas one for each reachable node
 */
public record ChannelVersion(String channel, long last, long records, List<Replica> replicas) {
    /** Copies the list. */
    public ChannelVersion {
        replicas = List.copyOf(replicas);
    }

    /**
     * What one node has of the channel.
     *
     * @param node the node's name; null for this one
     * @param first the sequence number of the first record; 0 if unknown
     * @param last the sequence number of the last record; {@code first - 1} if there is none
     * @param digest digest of everything the channel was given up to {@link ChannelVersion#last}; null if unknown
     * @param problem what is wrong with the replica; null if nothing is
     */
    public record Replica(
            @Nullable String node,
            long first,
            long last,
            @Nullable Long digest,
            @Nullable String problem) {
        /** Returns the number of records. */
        public long count() {
            return first == 0 ? 0 : last - first + 1;
        }

        Replica with(String found) {
            return new Replica(node, first, last, digest, found);
        }
    }

    /** Returns whether no replica has a problem. */
    public boolean sound() {
        return replicas.stream().allMatch(replica -> replica.problem() == null);
    }
}

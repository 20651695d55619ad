package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator wants to know of discovery. Addresses and failures are those of the last look.
 *
 * @param strategy its name in the configuration
 * @param looks how often it was asked
 * @param lastLook when; null before the first look
 * @param took how long the answer took
 * @param failure why there was none, or null
 * @param failures in a row
 * @param lastAnswer when there was one last; null if never
 * @param found the addresses of the last answer
 * @param remarks of the last answer
 * @param registered whether this node made itself known, where the strategy asks for that
 * @param registerFailure why it could not, or null
 * @param peers the nodes that were met before
 * @param peersFile what is wrong with their file, or null
 */
public record DiscoveryReport(
        String strategy,
        long looks,
        @Nullable Instant lastLook,
        Duration took,
        @Nullable String failure,
        long failures,
        @Nullable Instant lastAnswer,
        List<SeedAddress> found,
        List<String> remarks,
        boolean registered,
        @Nullable String registerFailure,
        List<KnownPeer> peers,
        @Nullable String peersFile) {
    /** Takes immutable copies. */
    public DiscoveryReport {
        found = List.copyOf(found);
        remarks = List.copyOf(remarks);
        peers = List.copyOf(peers);
    }
}

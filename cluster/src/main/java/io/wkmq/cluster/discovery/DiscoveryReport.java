package io.wkmq.cluster.discovery;

import io.wkmq.cluster.membership.SeedAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of discovery, for administrators. Addresses and failures are those of the last look.
 *
 * @param strategy the strategy's name in the configuration
 * @param looks how often it was asked
 * @param lastLook the time of the last look; null before the first one
 * @param took how long the last look took
 * @param failure why the last look failed, or null
 * @param failures the number of failures in a row
 * @param lastAnswer the time of the last answer; null if there was none
 * @param found the addresses of the last answer
 * @param remarks the remarks of the last answer
 * @param registered whether this node has registered itself, if the strategy needs that
 * @param registerFailure why it could not register, or null
 * @param peers the nodes that were met before
 * @param peersFile what is wrong with the file of known nodes, or null
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
    /** Makes immutable copies. */
    public DiscoveryReport {
        found = List.copyOf(found);
        remarks = List.copyOf(remarks);
        peers = List.copyOf(peers);
    }
}

package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Verdict;
import java.time.Duration;
import java.time.Instant;

/**
 * A connection between nodes that came to nothing.
 *
 * @param at when it was first refused
 * @param remote the other side: host and port, or only the host if the other side has connected
 * @param ours whether this node has connected
 * @param byPeer whether the other side refused
 * @param code why, for programs
 * @param text why, for administrators
 */
public record RefusedConnection(
        Instant at, String remote, boolean ours, boolean byPeer, Verdict.Code code, String text) {
    /** Whether the other says the same. What strangers make this node say differs in the code only. */
    boolean like(RefusedConnection other) {
        return remote.equals(other.remote)
                && ours == other.ours
                && byPeer == other.byPeer
                && code == other.code
                && (stranger() || text.equals(other.text));
    }

    /** Whether anybody who reaches the port can cause it. */
    boolean stranger() {
        return switch (code) {
            case WRONG_COOKIE, NOT_A_NODE, MALFORMED, SILENT -> !ours;
            case ACCEPTED,
                    OTHER_CLUSTER,
                    NAME_IN_USE,
                    DENIED,
                    VERSION,
                    SELF,
                    WRONG_PURPOSE,
                    LEFT,
                    OTHER_REPLICAS,
                    NO_WAY,
                    OTHER_GROUPS,
                    OTHER -> false;
        };
    }

    Duration since(Instant now) {
        return Duration.between(at, now);
    }
}

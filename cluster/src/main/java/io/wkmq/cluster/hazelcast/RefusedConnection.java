package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Verdict;
import java.time.Duration;
import java.time.Instant;

/**
 * A connection between nodes that failed to be established.
 *
 * @param at when it was first refused
 * @param remote the other side: host and port, or only the host if the other side initiated the connection
 * @param ours whether this node initiated the connection
 * @param byPeer whether the other side refused
 * @param code the reason, for programs
 * @param text the reason, for administrators
 */
public record RefusedConnection(
        Instant at, String remote, boolean ours, boolean byPeer, Verdict.Code code, String text) {
    /** Returns whether the other refusal repeats this one. Refusals that strangers can cause are compared without their text. */
    boolean like(RefusedConnection other) {
        return remote.equals(other.remote)
                && ours == other.ours
                && byPeer == other.byPeer
                && code == other.code
                && (stranger() || text.equals(other.text));
    }

    /** Returns whether anybody who reaches the port can cause this refusal. */
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

package io.wkmq.cluster.sessions;

import java.time.Duration;

/**
 * How long sessions and wills wait for other nodes. Immutable.
 *
 * @param connect the maximum time a CONNECT waits for present nodes to give its client up
 * @param session the maximum time it waits for a session of another node while no part of it comes
 * @param will how long a node must be gone before the others publish the wills of its clients
 * @param restart how long a restarted node holds the wills on its disk for absent nodes that may have published them
 */
public record SessionTimes(Duration connect, Duration session, Duration will, Duration restart) {
    /** Validates that no time is negative. */
    public SessionTimes {
        notNegative("for other nodes at a CONNECT", connect);
        notNegative("for a session of another node", session);
        notNegative("until wills are published", will);
        notNegative("for nodes that may have published wills", restart);
    }

    private static void notNegative(String what, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("The time to wait " + what + " is " + time + "; expected 0 or more");
        }
    }
}

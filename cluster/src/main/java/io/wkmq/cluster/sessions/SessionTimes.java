package io.wkmq.cluster.sessions;

import java.time.Duration;

/**
 * How long sessions and wills wait for other nodes. Immutable.
 *
 * @param connect how long a CONNECT waits at most for the nodes that are here to give its client up
 * @param session how long it waits at most for a session that another node has, as long as nothing of it comes
 * @param will how long a node has to be gone until the others publish the wills of its clients
 * @param restart how long a node that is back holds the wills on its disk for nodes that are not here and may have published them
 */
public record SessionTimes(Duration connect, Duration session, Duration will, Duration restart) {
    /** Checks that each is a time. */
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

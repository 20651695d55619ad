package io.wkmq.cluster.sessions;

/**
 * The limits of moves.
 *
 * @param movesMax the maximum number of sessions that move to this node at a time; more wait in line
 * @param moveMs the maximum time a CONNECT waits for its session
 * @param frozenMs how long a session is kept for another node that does not ask for it
 * @param partBytes the minimum size of a part of a session, except the last one, in bytes
 * @param bytesMax the bytes of incomplete sessions on this node above which only the oldest move goes on
 */
record MoveLimits(int movesMax, long moveMs, long frozenMs, int partBytes, long bytesMax) {
    private static final long FROZEN_MS_MIN = 30_000;

    /** Returns the limits for a wait of that long; a session must stay frozen while its client waits in line. */
    static MoveLimits waiting(long moveMs) {
        return new MoveLimits(256, moveMs, Math.max(FROZEN_MS_MIN, 6 * moveMs), 256 << 10, 64 << 20);
    }
}

package io.wkmq.cluster.sessions;

/**
 * The bounds of moves.
 *
 * @param movesMax how many sessions come to this node at a time; more wait in line
 * @param moveMs how long a CONNECT waits at most for its session
 * @param frozenMs how long a session is kept for another node that does not ask for it
 * @param partBytes how large a part of a session is at least, but for the last one
 * @param bytesMax how much of sessions that are not all here yet this node holds; from there on they come one after the other
 */
record MoveLimits(int movesMax, long moveMs, long frozenMs, int partBytes, long bytesMax) {
    private static final long FROZEN_MS_MIN = 30_000;

    /** Those of a node whose clients wait that long; the session has to be kept while they wait in line for it. */
    static MoveLimits waiting(long moveMs) {
        return new MoveLimits(256, moveMs, Math.max(FROZEN_MS_MIN, 6 * moveMs), 256 << 10, 64 << 20);
    }
}

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
    static final MoveLimits DEFAULT = new MoveLimits(256, 5_000, 30_000, 256 << 10, 64 << 20);
}

package io.wkmq.cluster.sessions;

/**
 * The bounds of claims.
 *
 * @param claimsMax how many claims may wait for other nodes at a time
 * @param batchMax how many clients one message tells of
 * @param batchBytesMax how many bytes it takes for them
 * @param waitMs how long a claim waits at most for the nodes that are here
 * @param retryMs how long after a message without an answer the next one is sent
 * @param willGraceMs how long a node has to be gone until the wills of its clients are published
 * @param moves those of the sessions that move
 */
record ClaimLimits(
        int claimsMax, int batchMax, int batchBytesMax, long waitMs, long retryMs, long willGraceMs, MoveLimits moves) {
    static ClaimLimits waiting(long waitMs, long willGraceMs) {
        return new ClaimLimits(100_000, 2_000, 256 << 10, waitMs, 200, willGraceMs, MoveLimits.DEFAULT);
    }
}

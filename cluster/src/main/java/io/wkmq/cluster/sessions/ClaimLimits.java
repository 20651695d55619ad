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
 * @param willRestartMs how long a node that is back holds the wills on its disk for nodes that are not here
 * @param moves those of the sessions that move
 */
record ClaimLimits(
        int claimsMax,
        int batchMax,
        int batchBytesMax,
        long waitMs,
        long retryMs,
        long willGraceMs,
        long willRestartMs,
        MoveLimits moves) {
    /** Those of a node that waits that long. */
    static ClaimLimits of(SessionTimes times) {
        return new ClaimLimits(
                100_000,
                2_000,
                256 << 10,
                Math.max(1, times.connect().toMillis()),
                200,
                times.will().toMillis(),
                times.restart().toMillis(),
                MoveLimits.waiting(times.session().toMillis()));
    }
}

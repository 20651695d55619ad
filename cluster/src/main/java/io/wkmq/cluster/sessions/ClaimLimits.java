package io.wkmq.cluster.sessions;

/**
 * The limits of claims.
 *
 * @param claimsMax the maximum number of claims that wait for other nodes
 * @param batchMax the maximum number of clients per message
 * @param batchBytesMax the size of a message, in bytes
 * @param waitMs the maximum time a claim waits for present nodes
 * @param retryMs the delay before an unanswered message is repeated
 * @param willGraceMs how long a node must be gone before the wills of its clients are published
 * @param willRestartMs how long a restarted node holds the wills on its disk for nodes that are not present
 * @param moves the limits of session moves
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
    /** Returns the limits for the given times. */
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

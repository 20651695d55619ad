package io.wkmq.cluster.routes;

/**
 * How much there is at a time.
 *
 * @param opsMax the most changes that a node keeps for others to fetch up
 * @param goneOpsMax how many changes a node that is gone may have missed: those are kept for it in case it comes back
 * @param suspendedMax the most routes that are kept of nodes that are gone, all of them together
 * @param keptBytes about the most bytes that these take
 * @param batchBytes how many bytes of changes go into a message
 * @param chunkBytes how many bytes of a snapshot go into a message
 */
record RouteLimits(int opsMax, int goneOpsMax, long suspendedMax, long keptBytes, int batchBytes, int chunkBytes) {
    static final RouteLimits DEFAULT = new RouteLimits(1 << 20, 1 << 17, 2L << 20, 64L << 20, 64 << 10, 256 << 10);
}

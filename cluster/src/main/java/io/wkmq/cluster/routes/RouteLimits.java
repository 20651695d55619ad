package io.wkmq.cluster.routes;

/**
 * How much there is at a time.
 *
 * @param opsMax the most changes that a node keeps for others to fetch up
 * @param keptBytes about the most bytes that these take
 * @param batchBytes how many bytes of changes go into a message
 * @param chunkBytes how many bytes of a snapshot go into a message
 */
record RouteLimits(int opsMax, long keptBytes, int batchBytes, int chunkBytes) {
    static final RouteLimits DEFAULT = new RouteLimits(1 << 20, 64L << 20, 64 << 10, 256 << 10);
}

package io.wkmq.cluster.routes;

/**
 * The limits of route replication.
 *
 * @param opsMax the maximum number of changes kept for other nodes to catch up
 * @param goneOpsMax how many changes a node that is gone may miss before they are no longer kept for it
 * @param suspendedMax the maximum number of routes kept for all nodes that are gone
 * @param keptBytes the approximate maximum size of the kept changes, in bytes
 * @param batchBytes the size of a message of changes, in bytes
 * @param chunkBytes the size of a snapshot chunk, in bytes
 */
record RouteLimits(int opsMax, int goneOpsMax, long suspendedMax, long keptBytes, int batchBytes, int chunkBytes) {
    static final RouteLimits DEFAULT = new RouteLimits(1 << 20, 1 << 17, 2L << 20, 64L << 20, 64 << 10, 256 << 10);
}

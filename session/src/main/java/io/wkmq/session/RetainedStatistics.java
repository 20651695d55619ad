package io.wkmq.session;

/**
 * Metrics of the retained messages. Totals count from the start of the node.
 *
 * @param count the current number of retained messages
 * @param bytes their current size in bytes
 * @param removals the current number of remembered removals
 * @param refusedByCount total of messages not retained because of the limit on their number
 * @param refusedByBytes total of messages not retained because of the limit on their total size
 * @param refusedByPayload total of messages not retained because their payload was too large
 * @param refusedFromOthers total of refused messages that came from other nodes, which do retain them
 * @param expired total of messages that were retained until they expired
 * @param removalsForgotten total of removals forgotten early because there were too many
 */
public record RetainedStatistics(
        int count,
        long bytes,
        int removals,
        long refusedByCount,
        long refusedByBytes,
        long refusedByPayload,
        long refusedFromOthers,
        long expired,
        long removalsForgotten) {}

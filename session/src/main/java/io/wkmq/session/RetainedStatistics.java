package io.wkmq.session;

/**
 * Figures of the retained messages for metrics; the totals count from the start of the node.
 *
 * @param count how many messages are retained, now
 * @param bytes how many bytes they have, now
 * @param removals how many removed messages are remembered, now
 * @param refusedByCount messages not retained because there were too many, total
 * @param refusedByBytes messages not retained because they had too many bytes together, total
 * @param refusedByPayload messages not retained because their payload was too large, total
 * @param refusedFromOthers those of the refused ones that came from other nodes, which retain them, total
 * @param expired messages that were retained until they expired, total
 * @param removalsForgotten removed messages that were forgotten before their time because there were too many, total
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

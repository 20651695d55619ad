package io.wkmq.session;

/**
 * Figures of the retained messages for metrics; the totals count from the start of the node.
 *
 * @param count how many messages are retained, now
 * @param bytes how many bytes they have, now
 * @param refusedByCount messages not retained because there were too many, total
 * @param refusedByBytes messages not retained because they had too many bytes together, total
 * @param refusedByPayload messages not retained because their payload was too large, total
 * @param expired messages that were retained until they expired, total
 */
public record RetainedStatistics(
        int count, long bytes, long refusedByCount, long refusedByBytes, long refusedByPayload, long expired) {}

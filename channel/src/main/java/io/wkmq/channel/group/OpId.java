package io.wkmq.channel.group;

import java.util.UUID;

/**
 * Identifies an operation, so that a group applies it only once. A producer numbers its operations in a group consecutively from 1; a
 * higher epoch restarts the numbering and fences off all lower ones.
 *
 * @param producer the node
 * @param epoch increased with each start of the producer, and whenever it gives up an operation with unknown outcome
 * @param number from 1 on
 */
public record OpId(UUID producer, long epoch, long number) {
    /** Rejects invalid numbers. */
    public OpId {
        if (epoch < 0 || number < 1) {
            throw new IllegalArgumentException(
                    "An operation has epoch " + epoch + " and number " + number + "; expected at least 0 and 1");
        }
    }
}

package io.wkmq.channel.group;

import java.util.UUID;

/**
 * By which a group knows an operation again that it is given once more. One producer numbers its operations in a group from 1 on
 * without a gap; a higher epoch begins anew and ends all lower ones.
 *
 * @param producer the node
 * @param epoch rises with each life of the producer, and whenever it gives an operation up whose end it does not know
 * @param number from 1 on
 */
public record OpId(UUID producer, long epoch, long number) {
    /** Refuses numbers that cannot be. */
    public OpId {
        if (epoch < 0 || number < 1) {
            throw new IllegalArgumentException(
                    "An operation has epoch " + epoch + " and number " + number + "; expected at least 0 and 1");
        }
    }
}

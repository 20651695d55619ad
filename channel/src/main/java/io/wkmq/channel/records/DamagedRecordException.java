package io.wkmq.channel.records;

import java.io.IOException;

/** Thrown if records on disk are damaged or missing, and not repaired yet. */
public final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception for records of a channel.
     *
     * @param from the first of them
     * @param next the sequence number after the last
     * @param reason why they are not repaired, for an operator
     */
    public DamagedRecordException(int channel, long from, long next, String reason) {
        super("Records " + from + " to " + (next - 1) + " of channel " + channel + " are damaged on this node: "
                + reason);
    }
}

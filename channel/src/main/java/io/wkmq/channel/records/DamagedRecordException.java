package io.wkmq.channel.records;

import java.io.IOException;

/** Records that were written are not on disk as they were written, and are not here again yet. */
public final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Of a channel.
     *
     * @param from the first of them
     * @param next the one behind the last
     * @param reason why they are not here, for an operator
     */
    public DamagedRecordException(int channel, long from, long next, String reason) {
        super("Records " + from + " to " + (next - 1) + " of channel " + channel + " are damaged on this node: "
                + reason);
    }
}

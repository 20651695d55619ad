package io.wkmq.broker.api;

import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some messages of a channel, as somebody wanted them.
 *
 * @param gap those in front that are not there any more; null if there are none
 * @param records in their order
 * @param next the sequence number with which those go on that were wanted too; 0 if that is all
 * @param last the sequence number of the channel's last message when this was read
 */
record ChannelPage(@Nullable Gap gap, List<ChannelRecord> records, long next, long last) {
    /** Copies the list. */
    ChannelPage {
        records = List.copyOf(records);
    }
}

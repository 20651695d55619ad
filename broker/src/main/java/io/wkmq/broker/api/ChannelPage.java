package io.wkmq.broker.api;

import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of messages of a channel.
 *
 * @param gap requested messages before the first one that no longer exist; null if there are none
 * @param records the messages, in order
 * @param next the sequence number at which the rest of the requested messages begins; 0 if the page completes them
 * @param last the sequence number of the channel's last message at the time of reading
 */
record ChannelPage(@Nullable Gap gap, List<ChannelRecord> records, long next, long last) {
    /** Makes an immutable copy of the records. */
    ChannelPage {
        records = List.copyOf(records);
    }
}

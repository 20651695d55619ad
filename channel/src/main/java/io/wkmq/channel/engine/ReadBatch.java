package io.wkmq.channel.engine;

import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader gets at a time: records, a gap, or both.
 *
 * @param gap the records before these that would have been due but are gone; null if there are none
 * @param records in order and contiguous
 * @param next the sequence number that comes next
 */
public record ReadBatch(@Nullable Gap gap, List<ChannelRecord> records, long next) {
    /** Copies the list. */
    public ReadBatch {
        records = List.copyOf(records);
    }

    /** A range of sequence numbers, both inclusive. */
    public record Gap(long first, long last) {}
}

package io.wkmq.channel.engine;

import io.wkmq.channel.records.ChannelRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader gets at once: some records, or word of some that are gone, or both.
 *
 * @param gap the records in front of these that should have come but are not there any more; null if there are none
 * @param records in their order, without a gap
 * @param next the sequence number that comes next
 */
public record ReadBatch(@Nullable Gap gap, List<ChannelRecord> records, long next) {
    /** Copies the list. */
    public ReadBatch {
        records = List.copyOf(records);
    }

    /** From one sequence number to another, with both. */
    public record Gap(long first, long last) {}
}

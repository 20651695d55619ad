package io.wkmq.channel.records;

import io.wkmq.channel.group.Entry;

/**
 * A record of a channel.
 *
 * @param seq its sequence number
 * @param timeMs when it was appended, in ms since the epoch; never before the previous record
 * @param term the leadership term in which it was appended
 * @param entry what was appended; not to be modified
 */
public record ChannelRecord(long seq, long timeMs, long term, Entry entry) {
    /** Returns its size on disk. */
    public int bytes() {
        return RecordFormat.bytes(entry);
    }
}

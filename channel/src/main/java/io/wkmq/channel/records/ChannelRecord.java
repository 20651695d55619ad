package io.wkmq.channel.records;

import io.wkmq.channel.group.Entry;

/**
 * A record of a channel.
 *
 * @param seq its sequence number
 * @param timeMs when it was appended, ms since the epoch; never before the one in front of it
 * @param term of the leader that appended it
 * @param entry what was appended; not to be changed
 */
public record ChannelRecord(long seq, long timeMs, long term, Entry entry) {
    /** What it takes on disk. */
    public int bytes() {
        return RecordFormat.bytes(entry);
    }
}

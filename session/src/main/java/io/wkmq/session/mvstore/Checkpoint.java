package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.LogSegment;
import java.util.List;

/**
 * What one checkpoint writes.
 *
 * @param pending the net of the changes since the last one
 * @param logged whether the log has all of them; else no part of them may be on disk without the rest
 * @param sequence the number of the last log record with such a change
 * @param nextSession the next free number of a session
 * @param nextMessage the next free number of a message
 * @param segments the segments of the log that nobody needs once it is written
 */
record Checkpoint(
        Pending pending, boolean logged, long sequence, long nextSession, long nextMessage, List<LogSegment> segments) {
    Checkpoint {
        segments = List.copyOf(segments);
    }
}
